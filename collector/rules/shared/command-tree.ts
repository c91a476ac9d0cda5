import type { ShellAnalysis, ShellCommand } from '../../contract/shell.ts';

/** The commands of one pipeline, first stage first. */
export function pipelineOf(analysis: ShellAnalysis, pipeline: number): readonly ShellCommand[] {
  return analysis.commands
    .filter((command) => command.pipeline === pipeline)
    .sort((a, b) => a.stage - b.stage);
}

/** The commands inside this one: substitutions in its words, what a wrapper runs, shell calls in its code. */
export function childrenOf(analysis: ShellAnalysis, command: ShellCommand): readonly ShellCommand[] {
  const index = analysis.commands.indexOf(command);
  return index < 0 ? [] : analysis.commands.filter((candidate) => candidate.parent === index);
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
    for (const other of analysis.commands)
      if (other.pipeline === at.pipeline && other.stage < at.stage) add(other);
    // A substitution's own parent does not feed it; a wrapper's input goes through to what it runs.
    at = at.via.at(-1) === 'substitution' ? undefined : parentOf(analysis, at);
  }
  for (const child of childrenOf(analysis, command)) if (child.via.at(-1) === 'substitution') add(child);
  return [...out];
}
