import type { ShellAnalysis, ShellCommand } from '../../contract/shell.ts';

/** The commands of one pipeline, first stage first. */
export function pipelineOf(analysis: ShellAnalysis, pipeline: number): readonly ShellCommand[] {
  return analysis.commands
    .filter((command) => command.pipeline === pipeline)
    .sort((a, b) => a.stage - b.stage);
}

/** The commands inside this one: substitutions in its words, what a wrapper runs, shell calls in its code. */
export function childrenOf(analysis: ShellAnalysis, command: ShellCommand): readonly ShellCommand[] {
  if (analysis.commands.length > MANY) return treeOf(analysis).children.get(command) ?? NONE;
  const index = analysis.commands.indexOf(command);
  return index < 0 ? NONE : analysis.commands.filter((candidate) => candidate.parent === index);
}

const NONE: readonly ShellCommand[] = [];
/** A line of more commands than this is gone through once and remembered; a shorter one is looked through each time. */
const MANY = 24;

interface Tree {
  readonly children: ReadonlyMap<ShellCommand, readonly ShellCommand[]>;
  readonly pipelines: ReadonlyMap<number, readonly ShellCommand[]>;
}

const trees = new WeakMap<ShellAnalysis, Tree>();

function treeOf(analysis: ShellAnalysis): Tree {
  const known = trees.get(analysis);
  if (known !== undefined) return known;
  const children = new Map<ShellCommand, ShellCommand[]>();
  const pipelines = new Map<number, ShellCommand[]>();
  for (const command of analysis.commands) {
    const parent = parentOf(analysis, command);
    if (parent !== undefined) push(children, parent, command);
    push(pipelines, command.pipeline, command);
  }
  const tree = { children, pipelines };
  trees.set(analysis, tree);
  return tree;
}

function push<Key>(map: Map<Key, ShellCommand[]>, key: Key, command: ShellCommand): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [command]);
  else list.push(command);
}

function inPipeline(analysis: ShellAnalysis, pipeline: number): readonly ShellCommand[] {
  return analysis.commands.length > MANY
    ? (treeOf(analysis).pipelines.get(pipeline) ?? NONE)
    : analysis.commands;
}

function parentOf(analysis: ShellAnalysis, command: ShellCommand): ShellCommand | undefined {
  return command.parent === undefined ? undefined : analysis.commands[command.parent];
}

/**
 * Commands whose output can become this command's input or words: earlier stages of its pipeline and of the pipelines
 * around it, and everything substituted into it. Bounded by the number of commands.
 */
export function feedersOf(analysis: ShellAnalysis, command: ShellCommand): readonly ShellCommand[] {
  const out = new Set<ShellCommand>();
  const add = (feeder: ShellCommand): void => {
    if (out.has(feeder) || feeder === command) return;
    out.add(feeder);
    for (const child of childrenOf(analysis, feeder)) add(child);
  };
  let at: ShellCommand | undefined = command;
  for (let depth = 0; at !== undefined && depth < 16; depth++) {
    for (const other of inPipeline(analysis, at.pipeline))
      if (other.pipeline === at.pipeline && other.stage < at.stage) add(other);
    // A substitution's own parent does not feed it; a wrapper's input goes through to what it runs.
    at = at.via.at(-1) === 'substitution' ? undefined : parentOf(analysis, at);
  }
  for (const child of childrenOf(analysis, command)) if (child.via.at(-1) === 'substitution') add(child);
  return [...out];
}
