import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createReadHandlers } from '../../collector/api.ts';
import type { ActionRequest } from '../../collector/contract/action.ts';
import type { AgentRecord } from '../../collector/contract/agent.ts';
import type { ProcessList } from '../../collector/contract/process-list.ts';
import type { Session, StoredEvent } from '../../collector/contract/stored.ts';
import { IpcServer } from '../../collector/ipc/server.ts';
import { writeToken } from '../../collector/lib/token-file.ts';
import { pathsOf } from '../../collector/paths.ts';
import { createPlatform } from '../../collector/platform/index.ts';
import { Store } from '../../collector/store/store.ts';
import { batch, finding, toolCall } from '../support/records.ts';
import { tempDir } from '../support/temp.ts';
import { Screen } from '../collector/cli-exec/screen.ts';
import { Terminal } from '../collector/cli-exec/terminal.ts';

/** A local API with a store of its own; the parts that touch the machine answer what the test says. */
class Machine {
  readonly state = tempDir();
  readonly requests: ActionRequest[] = [];
  readonly store: Store;
  server: IpcServer | undefined;
  processes: ProcessList | undefined;
  sessions: Session[] = [session('aaaa1111'), session('bbbb2222', { agentId: 'codex' })];

  constructor() {
    this.store = Store.open({ path: join(this.state, 'reeve.db'), nowMs: () => Date.now() });
  }

  async listen(): Promise<void> {
    const paths = pathsOf(createPlatform(), this.state);
    const handlers = {
      ...createReadHandlers(this.store),
      'agents.list': (): AgentRecord[] => [AGENT],
      'sessions.list': (): Session[] => this.sessions,
      'processes.list': (): ProcessList => {
        if (this.processes === undefined) throw new Error('no process reader');
        return this.processes;
      },
      'actions.preview': () => ({
        status: 'done' as const,
        detail: 'would end 7 processes',
        processes: Array.from({ length: 7 }, (_, n) => ({
          pid: n + 10,
          startTimeMs: 1,
          name: 'sh',
          outcome: 'running' as const,
        })),
      }),
      'actions.run': (request: ActionRequest) => {
        this.requests.push(request);
        return { status: 'done' as const, detail: `${request.action} is done`, processes: [] };
      },
    };
    this.server = await IpcServer.listen({
      address: paths.address,
      token: writeToken(paths.token),
      version: '1.2.3',
      handlers: handlers as never,
      onError: () => undefined,
    });
  }

  /** Commits events as the collector does, and tells of them. */
  happen(events: StoredEvent[]): void {
    const { inserted } = this.store.commit(batch({ events }));
    this.server?.publish({ name: 'events.created', body: { events: [...inserted] } });
  }

  async close(): Promise<void> {
    await this.server?.close();
    this.store.close();
  }
}

const AGENT: AgentRecord = {
  id: 'claude-code',
  name: 'Claude Code',
  vendor: 'Anthropic',
  kind: 'cli',
  sanction: 'unknown',
  accounts: [],
  installs: [{ path: '/usr/local/bin/claude', version: '2.1.0', method: 'npm' }],
  running: [{ pid: 100, startTimeMs: 1 }],
  configFiles: [],
  settings: {},
};

function session(nativeId: string, over: Partial<Session> = {}): Session {
  const agentId = over.agentId ?? 'claude-code';
  return {
    id: `${agentId}:${nativeId}`,
    agentId,
    nativeId,
    cwd: '/home/ana/src/shop',
    models: [],
    startedMs: Date.now() - 60_000,
    lastEventMs: Date.now(),
    counts: { prompts: 1, toolCalls: 2, toolErrors: 0, subagents: 0, mcpCalls: 0 },
    tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    actor: { user: 'ana' },
    ...over,
  };
}

let machine: Machine;
beforeEach(async () => {
  machine = new Machine();
  await machine.listen();
});
afterEach(() => machine.close());

function top(cols = 80, rows = 24, env: object = {}): { terminal: Terminal; screen: Screen } {
  const terminal = Terminal.reeve(['--state', machine.state, 'top'], { cols, rows }, env);
  return { terminal, screen: new Screen(terminal, cols, rows) };
}

describe('reeve top', () => {
  it('shows sessions with their last call as it happens, in 80 columns and 24 lines', async () => {
    const { screen } = top();
    await screen.waitFor('aaaa1111');
    machine.happen([
      toolCall('1', {
        sessionId: 'claude-code:aaaa1111',
        timeMs: Date.now(),
        input: { command: 'npm test' },
      }),
    ]);
    await screen.waitFor('Bash npm test');
    const lines = screen.lines();
    expect(lines[0]).toContain('1 agent running');
    expect(lines[1]).toContain('[sessions 2]');
    expect(lines.find((line) => line.includes('aaaa1111'))).toMatch(
      /claude-code +active +1 +shop +Bash npm test/,
    );
    expect(lines.some((line) => line.includes('q quit'))).toBe(true);
  });

  it('goes through the panes and the rows by key', async () => {
    machine.processes = {
      timeMs: Date.now(),
      processes: [
        {
          pid: 100,
          startTimeMs: 1,
          parentPid: 1,
          name: 'claude',
          agentId: 'claude-code',
          residentBytes: 210e6,
        },
        {
          pid: 101,
          startTimeMs: 2,
          parentPid: 100,
          name: 'sh',
          agentId: 'claude-code',
          command: 'sh -c make',
        },
      ],
    };
    machine.store.commit(batch({ findings: [{ finding: finding('f1') }] }));
    machine.happen([
      toolCall('1', {
        timeMs: Date.now(),
        resources: [{ kind: 'host', value: 'api.example.com', access: 'connect' }],
      }),
    ]);
    const { terminal, screen } = top();
    await screen.waitFor('› aaaa1111');
    terminal.type('j');
    await screen.waitFor('› bbbb2222');
    terminal.type('\x1b[A');
    await screen.waitFor('› aaaa1111');
    terminal.type('\t');
    await screen.waitFor('Claude Code');
    terminal.type('\t');
    await screen.waitFor('└ sh -c make');
    expect(screen.text()).toContain('210 MB');
    terminal.type('\t');
    await screen.waitFor('api.example.com');
    terminal.type('\t');
    await screen.waitFor('Agent read a private key');
    terminal.type('\t');
    await screen.waitFor('[sessions');
    terminal.type('?');
    await screen.waitFor('Any key goes back');
    terminal.type(' ');
    await screen.waitFor('aaaa1111');
  });

  it('kills only after a question that was answered with its own key', async () => {
    const { terminal, screen } = top();
    await screen.waitFor('› aaaa1111');
    terminal.type('x');
    await screen.waitFor('Kill session aaaa1111 of claude-code, 7 processes? y/n');
    terminal.type('n');
    await screen.waitFor('Nothing was ended');
    // Pasted, or typed ahead: no key of its own.
    terminal.type('xy');
    await pause(500);
    expect(screen.text()).not.toContain('y/n');
    terminal.type('x');
    await screen.waitFor('7 processes? y/n');
    expect(machine.requests).toEqual([]);
    terminal.type('y');
    await screen.waitFor('kill is done');
    terminal.type('p');
    await screen.waitFor('pause is done');
    terminal.type('r');
    await screen.waitFor('resume is done');
    expect(machine.requests.map(({ action, target, via }) => ({ action, target, via }))).toEqual(
      ['kill', 'pause', 'resume'].map((action) => ({
        action,
        target: { kind: 'session', id: 'claude-code:aaaa1111' },
        via: 'cli',
      })),
    );
  });

  it('filters rows by text', async () => {
    const { terminal, screen } = top();
    await screen.waitFor('aaaa1111');
    terminal.type('/');
    await screen.waitFor('Filter:');
    terminal.type('codex');
    await screen.waitFor('Filter: codex');
    terminal.type('\r');
    await screen.waitFor(() => !screen.text().includes('aaaa1111'));
    expect(screen.text()).toContain('bbbb2222');
    terminal.type('\x1b');
    await screen.waitFor('aaaa1111');
  });

  it('fits the window again when its size changes', async () => {
    machine.sessions = Array.from({ length: 60 }, (_, n) => session(`s${String(n).padStart(3, '0')}`));
    const { terminal, screen } = top(100, 40);
    await screen.waitFor('s030');
    for (const [cols, rows] of [
      [60, 12],
      [20, 4],
      [120, 30],
    ] as const) {
      screen.resize(cols, rows);
      terminal.resize(cols, rows);
      // Frames of the old size may still come; those after a new second are of the new one.
      await pause(1_500);
      screen.forgetOverflow();
      await pause(1_200);
      expect(screen.overflowed()).toBe(false);
      expect(screen.lines()[0]).toMatch(/^Reeve/);
      expect(screen.lines()[1]).toContain('[sessions');
    }
    await screen.waitFor('q quit');
  });

  it('lets no escape sequence of a log through to the terminal', async () => {
    const hostile = '\x1b]0;owned\x07\x1b[2Jevil\u202e\u009b31m';
    machine.sessions = [session('aaaa1111', { cwd: `/home/ana/${hostile}`, agentId: hostile })];
    const { terminal, screen } = top(120, 24);
    await screen.waitFor('aaaa1111');
    machine.happen([
      toolCall('1', { sessionId: `${hostile}:aaaa1111`, timeMs: Date.now(), input: { command: hostile } }),
    ]);
    await screen.waitFor(/Bash .*evil/);
    expect(terminal.text).not.toContain('\x1b]0;');
    expect(terminal.text).not.toContain('\u202e');
    expect(terminal.text).not.toContain('\u009b');
    expect(terminal.text.split('\x1b[2J').some((part) => part.startsWith('evil'))).toBe(false);
  });

  it('says when it cannot see processes, and when the collector goes away and comes back', async () => {
    const { terminal, screen } = top();
    await screen.waitFor('aaaa1111');
    terminal.type('\t\t');
    await screen.waitFor('does not tell of processes');
    await machine.server?.close();
    await screen.waitFor('The collector is not running any more');
    machine.processes = { timeMs: 1, processes: [{ pid: 7, startTimeMs: 1, parentPid: 1, name: 'again' }] };
    await machine.listen();
    await screen.waitFor('again');
    expect(screen.text()).not.toContain('not running any more');
  });

  it('works without colour', async () => {
    const { terminal, screen } = top(80, 24, { NO_COLOR: '1', FORCE_COLOR: undefined });
    await screen.waitFor('› aaaa1111');

    expect(terminal.text).not.toMatch(/\x1b\[[0-9;]*3[0-9]m/);
  });

  it.each(['q', '\x03'])('leaves the terminal as it was on %j', async (key) => {
    const shell = Terminal.run('bash', ['--norc', '-i']);
    const entry = new URL('../collector/cli-exec/entry.ts', import.meta.url).pathname;
    shell.type(`stty -g; ${process.execPath} ${entry} --state ${machine.state} top; stty -g; echo over\r`);
    await shell.waitFor('aaaa1111');
    shell.type(key);
    await shell.waitFor('\nover');
    const settings = [...shell.text.matchAll(/([0-9a-f]+(?::[0-9a-f]+){10,})\r?$/gm)].map(([, text]) => text);
    expect(settings).toHaveLength(2);
    expect(settings[1]).toBe(settings[0]);
    expect(shell.text.lastIndexOf('\x1b[?1049l')).toBeGreaterThan(shell.text.lastIndexOf('\x1b[?1049h'));
    expect(shell.text.lastIndexOf('\x1b[?25h')).toBeGreaterThan(shell.text.lastIndexOf('\x1b[?25l'));
    shell.kill('SIGKILL');
  });

  it('says so when no collector runs', async () => {
    const terminal = Terminal.reeve(['--state', tempDir(), 'top']);
    expect((await terminal.ended).exitCode).toBe(3);
    expect(terminal.text).toContain('The collector is not running');
  });
});
