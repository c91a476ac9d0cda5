import type { McpServer } from '../contract/agent.ts';
import type { ListedProcess } from '../contract/process-list.ts';
import type { RunningServer } from '../contract/running-server.ts';
import { baseName, bareText } from './attribution/match-command.ts';

type Command = Pick<McpServer, 'id' | 'command' | 'args'>;

/** Interpreters show themselves before the script that the configuration names. */
const INTERPRETER = /^(?:node|bun|deno|python[\d.]*|ruby|bash|sh|env)(?:\.exe)?$/i;
/** Programs that start others may show themselves under another name. */
const TITLES: Readonly<Record<string, readonly string[]>> = {
  npx: ['npm exec'],
  uvx: ['uv tool uvx', 'uv tool run'],
  bunx: ['bun x'],
  pnpx: ['pnpm dlx'],
};
const MAX_DEPTH = 20;
/** As long as commands are told: a longer one is known by its beginning. */
const MAX_COMMAND = 300;

/**
 * Which processes are which servers, by the command line that the configuration names. One that another one of the same
 * server started is part of it. Equal definitions in several files cannot be told apart: such a process counts for each
 * of them that its agent reads. Pure.
 * @param servers with the agents that use them @returns by id of the server; those that do not run are not there
 */
export function runningServers(
  servers: readonly (Command & Pick<McpServer, 'agentIds'>)[],
  processes: readonly ListedProcess[],
): ReadonlyMap<string, readonly RunningServer[]> {
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const byText = new Map<string, ListedProcess[]>();
  for (const process of processes) {
    if (process.role === 'agent') continue;
    for (const text of new Set(textsOf(process))) byText.set(text, [...(byText.get(text) ?? []), process]);
  }
  const found = new Map<string, readonly RunningServer[]>();
  for (const server of servers) {
    const own = new Map(
      wantedTexts(server).flatMap((text) =>
        (byText.get(text) ?? []).map((process) => [process.pid, process]),
      ),
    );
    const running = [...own.values()]
      .filter(({ agentId }) => agentId === undefined || server.agentIds.includes(agentId))
      .filter((process) => !above(process, byPid).some(({ pid }) => own.has(pid)))
      .map((process) => toRunning(process, byPid))
      .sort((a, b) => a.startTimeMs - b.startTimeMs || a.pid - b.pid);
    if (running.length > 0) found.set(server.id, running);
  }
  return found;
}

function toRunning(process: ListedProcess, byPid: ReadonlyMap<number, ListedProcess>): RunningServer {
  const { pid, startTimeMs, agentId, sessionId } = process;
  const agent = above(process, byPid).find(({ role }) => role === 'agent');
  return {
    pid,
    startTimeMs,
    ...(agentId !== undefined && { agentId }),
    ...(agent !== undefined && { agentPid: agent.pid }),
    ...(sessionId !== undefined && { sessionId }),
  };
}

function above(process: ListedProcess, byPid: ReadonlyMap<number, ListedProcess>): readonly ListedProcess[] {
  const found: ListedProcess[] = [];
  let at = byPid.get(process.parentPid);
  while (at !== undefined && at !== process && found.length < MAX_DEPTH && !found.includes(at)) {
    found.push(at);
    at = byPid.get(at.parentPid);
  }
  return found;
}

/** As it is shown, without the path of its program, and without its interpreter. */
function textsOf({ command }: ListedProcess): readonly string[] {
  if (command === undefined) return [];
  const words = command.trim().split(/\s+/);
  const forms = [words];
  const [program = '', ...rest] = words;
  forms.push([baseName(program), ...rest]);
  const [script = '', ...args] = rest;
  if (INTERPRETER.test(baseName(program)) && /[\\/]/.test(script))
    forms.push(rest, [baseName(script), ...args]);
  return forms.map((form) => bareText(form.join(' ')));
}

function wantedTexts({ command, args = [] }: Command): readonly string[] {
  if (command === undefined) return [];
  const program = baseName(command).replace(/\.(?:cmd|exe)$/i, '');
  const shown = (first: string, rest: readonly string[]): string =>
    bareText([first, ...rest].join(' ').slice(0, MAX_COMMAND));
  // npm leaves its own answer to "may I install it" out of what it shows.
  const bare = args.filter((arg) => arg !== '-y' && arg !== '--yes');
  return [
    shown(command, args),
    shown(program, args),
    ...(TITLES[program] ?? []).flatMap((title) => [shown(title, args), shown(title, bare)]),
  ];
}
