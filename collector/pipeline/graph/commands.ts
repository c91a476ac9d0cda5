import type { AgentSpec } from '../../agents/spec.ts';
import type { PrincipalUse } from '../../contract/identity.ts';
import type { ShellAnalysis, ShellCommand, ShellDialect } from '../../contract/shell.ts';
import type { GraphEvent } from '../../contract/graph-event.ts';
import { canonicalName, operandsOf } from '../../rules/shared/commands.ts';
import { PRINCIPAL_PROGRAMS, principalsOf } from '../principals/index.ts';
import { analyzeShell } from '../shell/index.ts';
import type { GraphInput } from './input.ts';

/** What a stored command line tells again when it is parsed: accounts it acted as, and agents it ran. */
export interface CommandReading {
  readonly uses: readonly PrincipalUse[];
  readonly agentIds: readonly string[];
}

const NOTHING: CommandReading = { uses: [], agentIds: [] };

export interface CommandReader {
  read(event: GraphEvent): CommandReading;
  /** Different lines that were not parsed because the limit was reached. */
  readonly skipped: number;
}

/**
 * Parses the command lines that can tell something, each different one once. The stored text is redacted and cut at
 * 4,000 characters: a secret in it is gone, the names around it are not.
 */
export function createCommandReader(input: GraphInput, limit: number): CommandReader {
  const looks = input.specs.map(lookOf);
  const interesting = interestingLine(looks);
  const known = input.principals.slice(0, 5_000);
  const env = environmentOf(input);
  const memory = new Map<string, CommandReading>();
  let skipped = 0;

  function parse(
    command: string,
    dialect: ShellDialect | undefined,
    cwd: string | undefined,
  ): CommandReading {
    const shell = analyzeShell(command, {
      ...input.place,
      ...(cwd === undefined ? {} : { cwd }),
      ...(dialect === undefined ? {} : { dialect }),
    });
    return {
      uses: principalsOf({ shell, input: { command } }, known, {
        ...(env === undefined ? {} : { env }),
        ...(input.session.repository === undefined ? {} : { repository: input.session.repository }),
      }),
      agentIds: agentsRunBy(shell, looks),
    };
  }

  return {
    get skipped() {
      return skipped;
    },
    read(event) {
      const command = event.input?.['command'];
      if (typeof command !== 'string' || !interesting(command)) return NOTHING;
      const written = event.input?.['dialect'];
      const dialect =
        written === 'powershell' || written === 'cmd' || written === 'posix' ? written : undefined;
      const cwd = event.input?.['cwd'];
      const key = `${dialect ?? ''}\0${typeof cwd === 'string' ? cwd : ''}\0${command}`;
      const before = memory.get(key);
      if (before !== undefined) return before;
      if (memory.size >= limit) {
        skipped++;
        return NOTHING;
      }
      const reading = parse(command, dialect, typeof cwd === 'string' ? cwd : input.session.cwd);
      memory.set(key, reading);
      return reading;
    },
  };
}

interface AgentLook {
  readonly id: string;
  readonly names: readonly string[];
  readonly scripts: readonly string[];
  readonly packages: readonly string[];
  readonly notPaths: readonly string[];
}

function lookOf(spec: Pick<AgentSpec, 'id' | 'kind' | 'discovery'>): AgentLook {
  const { names, scripts = [], notPaths = [] } = spec.discovery.process;
  return {
    id: spec.id,
    // `code .` and `cursor .` open an editor for a person.
    names: names.filter((name) => spec.kind === 'cli' || name.includes('agent')),
    scripts,
    packages: spec.discovery.installs.flatMap((probe) => (probe.kind === 'npm' ? [probe.package] : [])),
    notPaths,
  };
}

/**
 * A cheap test for most lines: `git status` and `ls` need no parsing. Each word is looked up once, which is several
 * times faster than one pattern of all names, and linear however a line repeats them.
 */
function interestingLine(looks: readonly AgentLook[]): (command: string) => boolean {
  const byName = new Map<string, RegExp | undefined>();
  for (const name of Object.keys(PRINCIPAL_PROGRAMS)) byName.set(name, undefined);
  for (const { programs, words } of ONLY_WITH)
    for (const name of programs.split(' ')) byName.set(name, words);
  // The last word of a package is what can be looked up: `codex` of `@openai/codex`.
  for (const { names, packages } of looks) {
    for (const name of [...names, ...packages.map((text) => text.slice(text.lastIndexOf('/') + 1))]) {
      byName.set(name, undefined);
    }
  }
  return (command) => {
    let start = -1;
    let tried: RegExp | undefined;
    for (let at = 0; at <= command.length; at++) {
      if (isWordUnit(command.charCodeAt(at))) {
        if (start < 0) start = at;
        continue;
      }
      if (start >= 0 && at - start <= MAX_NAME) {
        const word = command.slice(start, at).toLowerCase();
        if (byName.has(word)) {
          const rest = byName.get(word);
          if (rest === undefined || (rest !== tried && rest.test(command))) return true;
          tried = rest;
        }
      }
      start = -1;
    }
    return ENCODED.test(command);
  };
}

const MAX_NAME = 32;

/** Letters, digits, `_` and `-`; `NaN` behind the end is none. */
function isWordUnit(unit: number): boolean {
  return (
    (unit >= 97 && unit <= 122) ||
    (unit >= 65 && unit <= 90) ||
    (unit >= 48 && unit <= 57) ||
    unit === 45 ||
    unit === 95
  );
}

/** A payload may hold any command. */
const ENCODED = /base64|\s-e(?:nc|c|ncodedcommand)?\s/i;

/** Programs that act as somebody only where one of these words is as well. */
const ONLY_WITH: readonly { readonly programs: string; readonly words: RegExp }[] = [
  { programs: 'git', words: /\b(?:push|pull|fetch|clone|ls-remote|archive)\b/ },
  { programs: 'docker podman nerdctl', words: /\b(?:push|pull|login)\b/ },
  {
    programs: 'npm pnpm yarn bun uv poetry pdm hatch flit',
    words:
      /\b(?:publish|unpublish|upload|deprecate|dist-tag|owner|access|token|team|whoami|org|profile|star)\b/,
  },
  { programs: 'curl wget', words: /\s-\w*[nu]|--netrc|--user|:\/\/[^\s/]{0,200}@/ },
];

/** Programs that run a package or script they are given. */
const RUNNERS = new Set(['npx', 'bunx', 'pnpx', 'npm', 'pnpm', 'yarn', 'bun', 'node', 'deno', 'tsx']);
/** Questions about the agent, and its upkeep: nothing runs that acts. */
const NOT_A_RUN =
  /^(?:--version|-v|-V|--help|-h|help|version|mcp|config|login|logout|auth|update|upgrade|doctor|install|uninstall|completion|plugin|plugins|extensions|migrate-installer|setup-token)$/;

/** Agents that one command line started on this machine, each once, in order. */
function agentsRunBy(shell: ShellAnalysis, looks: readonly AgentLook[]): readonly string[] {
  const found = new Set<string>();
  for (const command of shell.commands) {
    if (command.elsewhere || command.dynamicProgram === true) continue;
    const look = looks.find((candidate) => isRunOf(command, candidate));
    if (look !== undefined) found.add(look.id);
  }
  return [...found];
}

function isRunOf(command: ShellCommand, look: AgentLook): boolean {
  const program = canonicalName(command.program);
  const path = command.programPath.replaceAll('\\', '/').toLowerCase();
  if (look.notPaths.some((part) => path.includes(part))) return false;
  if (look.names.includes(program)) return !NOT_A_RUN.test(command.args[0] ?? '');
  if (!RUNNERS.has(program)) return false;
  const operands = operandsOf(command.args, RUNNER_TAKES);
  const first = operands.slice(0, 3);
  const at = first.findIndex((operand) => {
    const folded = operand.replaceAll('\\', '/').toLowerCase();
    return (
      look.packages.includes(folded.replace(/(?<=.)@[^@/]*$/, '')) ||
      look.scripts.some((script) => folded.includes(script))
    );
  });
  if (at < 0) return false;
  // `npm install <agent>` puts it there and runs nothing.
  if (/^(?:npm|pnpm|yarn|bun)$/.test(program) && !/^(?:exec|x|dlx)$/.test(first[0] ?? '')) return false;
  const given = command.args.slice(command.args.indexOf(first[at] ?? '') + 1);
  return !NOT_A_RUN.test(given[0] ?? '');
}

const RUNNER_TAKES = new Set([
  '-p',
  '--package',
  '-c',
  '--call',
  '-r',
  '--require',
  '--import',
  '--loader',
  '-w',
  '--workspace',
]);

/** Of a secret only that it is set counts. */
function environmentOf({ environment }: GraphInput): Readonly<Record<string, string>> | undefined {
  if (environment === undefined) return undefined;
  const set = environment.credentials.map(({ name, kind }) => [name, `[redacted:${kind}]`] as const);
  return { ...environment.chosen, ...Object.fromEntries(set) };
}
