import type { ProcessInfo } from '../contract/process.ts';
import type { ProcessLook } from '../agents/spec-discovery.ts';
import { withSlashes } from './expand-path.ts';
import { programName } from './package-spec.ts';

/** Programs that run an agent's script; a native child of the same agent is then the agent. */
const INTERPRETERS = new Set(['node', 'bun', 'deno', 'npm', 'npx']);
const SCRIPT_ARGUMENTS = 3;

/** What agents are known by. */
interface Marks {
  readonly names: readonly string[];
  /** What an interpreter may have been given to run; none when the program is no interpreter. */
  readonly scripts: readonly string[];
}

/** Each process is compared with every agent, and most of them are none: what to compare with is made once. */
const MARKS = new WeakMap<ProcessInfo, Marks>();

function marksOf(process: ProcessInfo): Marks {
  let marks = MARKS.get(process);
  if (marks === undefined) {
    const parts = new Set([process.executable, process.argv[0], process.name]);
    const names = [...parts].flatMap((part) => (part === undefined ? [] : [programName(part)]));
    // A shell that was given a command line with the script's path in it is not the agent.
    const scripts = names.some((name) => INTERPRETERS.has(name))
      ? process.argv.slice(1, 1 + SCRIPT_ARGUMENTS).map((arg) => withSlashes(arg).toLowerCase())
      : [];
    marks = { names, scripts };
    MARKS.set(process, marks);
  }
  return marks;
}

/** Is this process that agent? Pure. */
export function isAgentProcess(process: ProcessInfo, look: ProcessLook): boolean {
  const { names, scripts } = marksOf(process);
  const named = names.some((name) => look.names.includes(name));
  const scripted =
    !named && scripts.some((arg) => look.scripts?.some((script) => arg.includes(script)) === true);
  if (!named && !scripted) return false;
  const path = withSlashes(process.executable ?? process.argv[0] ?? '').toLowerCase();
  if (named && look.paths !== undefined && !look.paths.some((part) => path.includes(part))) return false;
  if (look.notPaths?.some((part) => path.includes(part)) === true) return false;
  return !process.argv
    .slice(1)
    .some((arg) => look.notArguments?.some((not) => (not.endsWith('=') ? arg.startsWith(not) : arg === not)));
}

/** The agent's processes, one per running agent: a launcher whose child is the agent itself is left out. */
export function agentProcesses(processes: readonly ProcessInfo[], look: ProcessLook): readonly ProcessInfo[] {
  const matching = processes.filter((process) => isAgentProcess(process, look));
  const parents = new Set(matching.map(({ parentPid }) => parentPid));
  return matching.filter(
    (process) =>
      !parents.has(process.pid) || !INTERPRETERS.has(programName(process.executable ?? process.name)),
  );
}
