import { type ChildProcess, spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AGENTS } from '../../collector/agents/index.ts';
import type { DemoAgent } from '../../collector/cli/demo/story.ts';
import { sessionId } from '../../collector/contract/event.ts';
import type { ProcessInfo } from '../../collector/contract/process.ts';
import { isAgentProcess } from '../../collector/discovery/running.ts';
import type { Attributor } from '../../collector/pipeline/attribution/index.ts';
import { enrich } from '../../collector/pipeline/enrich.ts';
import { onlyJsonl } from './read-log.ts';

/** One stand-in for an agent. */
export interface ZooAgent {
  readonly agent: DemoAgent;
  readonly session: string;
  readonly home: string;
  readonly cwd: string;
  readonly commands: readonly string[];
  readonly markers: Readonly<Record<string, string>>;
}

/** Of this process: eight digits. */
const TAG = String(process.pid).padStart(8, '0');
const WHOSE = new RegExp(`\\b9(\\d\\d)\\.\\d{3}${TAG}\\b`);
const SCRIPT = new URL('./agent-zoo-agent.ts', import.meta.url).pathname;
const PROGRAMS: Readonly<Record<DemoAgent, string>> = {
  'claude-code': 'claude',
  codex: 'codex',
  'gemini-cli': 'gemini',
  'copilot-cli': 'copilot',
};

const LOG_ROOTS: Readonly<Record<string, string>> = {
  'claude-code': '.claude/projects',
  codex: '.codex/sessions',
  'gemini-cli': '.gemini/tmp',
  'copilot-cli': '.copilot/session-state',
};

export function agentOf(process: ProcessInfo): string | undefined {
  return AGENTS.find((agent) => isAgentProcess(process, agent.discovery.process))?.id;
}

/**
 * Real processes under agents' names. Every child sleeps for `9ss.nnn` seconds, followed by the number of this process, so
 * that several zoos can live side by side: `ss` says whose it is.
 */
export class AgentZoo {
  readonly home = realpathSync(mkdtempSync(join(tmpdir(), 'reeve-agents-')));
  readonly agents: ZooAgent[] = [];
  readonly #children: ChildProcess[] = [];
  #sleeps = 0;

  /** @param commands what the agent's tools run; `SLEEP` stands for a program that stays */
  add(agent: DemoAgent, folder: string, commands: readonly string[], marked = true): ZooAgent {
    const number = this.agents.length;
    const session = `0000${10 + number}aa-1111-4222-8333-${TAG}${1000 + number}`;
    const cwd = join(this.home, folder);
    mkdirSync(cwd, { recursive: true });
    const one: ZooAgent = {
      agent,
      session,
      home: this.home,
      cwd,
      commands: commands.map((command) => command.replaceAll('SLEEP', () => this.#sleep(number))),
      markers: marked ? markersOf(agent, session) : {},
    };
    this.agents.push(one);
    writeFileSync(this.#configOf(one), JSON.stringify(one));
    return one;
  }

  /** A shell command that starts this agent below another. */
  commandFor(one: ZooAgent): string {
    return `cd ${one.cwd} && (exec -a ${PROGRAMS[one.agent]} ${process.execPath} ${SCRIPT} ${this.#configOf(one)} < <(sleep 60))`;
  }

  start(one: ZooAgent): ChildProcess {
    const child = spawn(process.execPath, [SCRIPT, this.#configOf(one)], {
      argv0: PROGRAMS[one.agent],
      cwd: one.cwd,
      env: { PATH: process.env['PATH'], HOME: this.home },
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    this.#children.push(child);
    return child;
  }

  /** Processes that ought to be a session's, by what they run. */
  expected(processes: readonly ProcessInfo[]): ReadonlyMap<ProcessInfo, ZooAgent> {
    const found = new Map<ProcessInfo, ZooAgent>();
    for (const process of processes) {
      const one = this.agents[Number(WHOSE.exec(process.argv.join(' '))?.[1])];
      if (one !== undefined && agentOf(process) === undefined) found.set(process, one);
    }
    return found;
  }

  /** Which of the agents a sleeping child belongs to, by its command line; nothing for others' processes. */
  ownerOf(command: string): ZooAgent | undefined {
    return /^sleep /.test(command) ? this.agents[Number(WHOSE.exec(command)?.[1])] : undefined;
  }

  get sleeps(): number {
    return this.#sleeps;
  }

  /** Reads all logs from the beginning, as the ingester would. */
  readLogs(attributor: Attributor): void {
    for (const spec of AGENTS) {
      const mine = this.agents.filter(({ agent }) => agent === spec.id);
      if (mine.length === 0) continue;
      for (const name of readdirSync(this.home, { recursive: true, encoding: 'utf8' })) {
        const one = mine.find(({ session }) => name.endsWith('.jsonl') && name.includes(session.slice(0, 8)));
        if (one !== undefined) this.#readLog(attributor, spec, join(this.home, name));
      }
    }
  }

  close(processes: readonly ProcessInfo[]): void {
    for (const child of this.#children) child.kill('SIGKILL');
    for (const { pid, argv } of processes) {
      if (!WHOSE.test(argv.join(' ')) && !argv.some((arg) => arg.startsWith(this.home))) continue;
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Ended by itself.
      }
    }
    rmSync(this.home, { recursive: true, force: true });
  }

  #readLog(attributor: Attributor, spec: (typeof AGENTS)[number], path: string): void {
    const format = onlyJsonl(spec.logs);
    const root = join(this.home, LOG_ROOTS[spec.id] ?? '');
    const relativePath = path.slice(root.length + 1);
    const file = { agentId: spec.id, formatId: format.id, root, path, relativePath };
    const state = format.initialState(file);
    const actor = { user: 'dev' };
    let cwd: string | undefined;
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      const outcome = line === '' ? undefined : format.parseLine(line, 0, state);
      if (outcome?.kind !== 'records') continue;
      for (const patch of outcome.sessions ?? []) {
        cwd = patch.cwd ?? cwd;
        attributor.session({
          sessionId: sessionId(spec.id, patch.nativeId),
          agentId: spec.id,
          logPath: path,
          ...(patch.cwd === undefined ? {} : { cwd: patch.cwd }),
        });
      }
      for (const event of outcome.events)
        attributor.event(
          enrich(event, {
            agentId: spec.id,
            home: this.home,
            platform: 'linux',
            actor,
            session: cwd === undefined ? {} : { cwd },
            sourcePath: path,
          }),
        );
    }
  }

  #configOf(one: ZooAgent): string {
    return join(this.home, `${one.session}.json`);
  }

  #sleep(number: number): string {
    this.#sleeps += 1;
    return `sleep 9${String(number).padStart(2, '0')}.${String(this.#sleeps).padStart(3, '0')}${TAG}`;
  }
}

function markersOf(agent: DemoAgent, session: string): Record<string, string> {
  if (agent === 'claude-code') return { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: session };
  if (agent === 'codex') return { CODEX_CI: '1', CODEX_THREAD_ID: session };
  if (agent === 'gemini-cli') return { GEMINI_CLI: '1' };
  return { COPILOT_CLI: '1', COPILOT_AGENT_SESSION_ID: session };
}
