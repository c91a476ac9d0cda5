import type { ProcessFact, ProcessPlace } from '../../contract/attribution.ts';
import type { ProcessInfo } from '../../contract/process.ts';
import { canonicalName } from './program-names.ts';

/** Options with which agents ask nobody. Vendors' documentation, 2026-11. */
const BYPASS = new Set([
  '--dangerously-skip-permissions',
  '--dangerously-bypass-approvals-and-sandbox',
  '--yolo',
  '--full-auto',
  '--allow-all-tools',
  '--allow-all',
  '--trust-all-tools',
  '--approval-mode=yolo',
]);

/** Canonical name of the program that runs. */
export function programOf(process: ProcessInfo): string {
  const path = process.argv[0] ?? process.executable ?? process.name;
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return canonicalName(name.replace(/^-/, '').replace(/\.exe$/i, ''));
}

const INTERPRETERS = /^(?:node|bun|deno|python|ruby|perl|sh|bash|dash|env)$/;

/** The script an interpreter runs, without folder and ending, or else the program: `node /usr/bin/npx x` is `npx`. */
export function scriptOf(process: ProcessInfo): string {
  const program = programOf(process);
  const script = process.argv[1];
  if (!INTERPRETERS.test(program) || script === undefined || !/[\\/]/.test(script)) return program;
  const name = script.slice(Math.max(script.lastIndexOf('/'), script.lastIndexOf('\\')) + 1);
  return name.replace(/(?:-cli)?\.(?:[cm]?js|py|rb|sh)$/i, '').toLowerCase();
}

/** Text that a shell was given to run, if the process is such a shell. */
export function shellTextOf(process: ProcessInfo): string | undefined {
  if (!/^(?:ba|z|da|k|fi|a)?sh$/.test(programOf(process))) return undefined;
  const at = process.argv.findIndex((arg, index) => index > 0 && index < 4 && /^-[a-z]*c$/.test(arg));
  return at === -1 ? undefined : process.argv[at + 1]?.slice(0, 4_000);
}

export function asksNobody(process: ProcessInfo): boolean {
  const { argv } = process;
  return argv.some(
    (arg, at) => BYPASS.has(arg) || (arg === '--permission-mode' && argv[at + 1] === 'bypassPermissions'),
  );
}

export function isInside(path: string, folder: string | undefined): boolean {
  return folder !== undefined && folder.length > 1 && (path === folder || path.startsWith(`${folder}/`));
}

/** Name and pid, for sentences. */
export function called(process: ProcessInfo): string {
  return `${programOf(process)} (pid ${process.pid})`;
}

const START_MS = 1_800_000_000_000;

/** A process as rules' examples need it: below Claude Code, in `/home/dev/app`. */
export function examplePlace(
  line: string,
  more: Partial<ProcessInfo> = {},
  place: {
    readonly role?: 'agent' | 'child';
    readonly agentId?: string;
    readonly above?: readonly (readonly [string, string?])[];
    readonly part?: ProcessPlace['part'];
  } = {},
): ProcessPlace {
  const argv = line.split(' ');
  const process: ProcessInfo = {
    pid: 4_000,
    startTimeMs: START_MS,
    parentPid: 3_999,
    name: argv[0]?.slice(0, 15) ?? '',
    argv,
    cwd: '/home/dev/app',
    ...more,
  };
  const above = place.above ?? [['bash'], ['claude', 'claude-code'], ['zsh'], ['gnome-terminal-']];
  return {
    process,
    workspace: '/home/dev/app',
    ...(place.part === undefined ? {} : { part: place.part }),
    attribution: {
      process: { pid: process.pid, startTimeMs: process.startTimeMs },
      role: place.role ?? 'child',
      agentId: place.agentId ?? 'claude-code',
      sessionId: `${place.agentId ?? 'claude-code'}:example`,
      links: [],
      confidence: 'high',
    },
    ancestors: above.map(([name, agentId], at) => ({
      process: {
        pid: 3_999 - at,
        startTimeMs: START_MS - 1_000 - at,
        parentPid: 3_998 - at,
        name: name.split(' ')[0] ?? '',
        argv: name.split(' '),
      },
      ...(agentId === undefined ? {} : { agentId }),
    })),
  };
}

export function exampleProcess(...args: Parameters<typeof examplePlace>): ProcessFact {
  return { kind: 'process', ...examplePlace(...args) };
}

export function exampleConnect(
  line: string,
  address: string,
  port: number,
  more: Partial<ProcessInfo> = {},
  hosts: readonly string[] = [],
  where: Parameters<typeof examplePlace>[2] = {},
): ProcessFact {
  const place = examplePlace(line, more, where);
  return {
    kind: 'connection',
    ...place,
    change: {
      kind: 'connect',
      hosts,
      connection: {
        process: place.process,
        protocol: 'tcp',
        local: { address: '192.0.2.10', port: 50_000 },
        remote: { address, port },
        state: 'established',
        listening: false,
      },
    },
  };
}

export function exampleListen(
  line: string,
  address: string,
  port: number,
  more: Partial<ProcessInfo> = {},
): ProcessFact {
  const place = examplePlace(line, more);
  return {
    kind: 'connection',
    ...place,
    change: {
      kind: 'listen',
      connection: {
        process: place.process,
        protocol: 'tcp',
        local: { address, port },
        state: 'listen',
        listening: true,
      },
    },
  };
}
