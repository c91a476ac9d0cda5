import type { ProcessInfo } from '../contract/process.ts';
import type { ProcessLook } from '../agents/spec-discovery.ts';
import { withSlashes } from './expand-path.ts';
import { programName } from './package-spec.ts';

/** Programs that run an agent's script; a native child of the same agent is then the agent. */
const INTERPRETERS = new Set(['node', 'bun', 'deno', 'npm', 'npx']);
const SCRIPT_ARGUMENTS = 3;

/** Is this process that agent? Pure. */
export function isAgentProcess(process: ProcessInfo, look: ProcessLook): boolean {
  const path = withSlashes(process.executable ?? process.argv[0] ?? '').toLowerCase();
  const names = [process.executable, process.argv[0], process.name].flatMap((part) =>
    part === undefined ? [] : [programName(part)],
  );
  const named = names.some((name) => look.names.includes(name));
  // A shell that was given a command line with the script's path in it is not the agent.
  const scripted =
    !named &&
    names.some((name) => INTERPRETERS.has(name)) &&
    process.argv
      .slice(1, 1 + SCRIPT_ARGUMENTS)
      .some(
        (arg) => look.scripts?.some((script) => withSlashes(arg).toLowerCase().includes(script)) === true,
      );
  if (!named && !scripted) return false;
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
