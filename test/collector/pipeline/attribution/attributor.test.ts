import { describe, expect, it } from 'vitest';
import type { EnrichedEvent } from '../../../../collector/contract/event.ts';
import type { ProcessInfo } from '../../../../collector/contract/process.ts';
import { createAttribution, type Attributor } from '../../../../collector/pipeline/attribution/index.ts';
import { analyzeShell } from '../../../../collector/pipeline/shell/index.ts';

const T = 1_800_000_000_000;
const AGENT_IDS: Readonly<Record<string, string>> = {
  claude: 'claude-code',
  codex: 'codex',
  gemini: 'gemini-cli',
};

function fresh(): Attributor {
  return createAttribution({ agentOf: ({ argv }) => AGENT_IDS[argv[0] ?? ''] });
}

function proc(pid: number, parentPid: number, line: string, more: Partial<ProcessInfo> = {}): ProcessInfo {
  const argv = line.split(' ');
  return { pid, parentPid, name: argv[0] ?? '', argv, cwd: '/w/app', startTimeMs: T + pid, ...more };
}

function start(attributor: Attributor, ...processes: readonly ProcessInfo[]): void {
  attributor.processes({ timeMs: T, changes: processes.map((process) => ({ kind: 'start', process })) });
}

function exit(attributor: Attributor, process: ProcessInfo, timeMs = T + 5_000): void {
  attributor.processes({ timeMs, changes: [{ kind: 'exit', process }] });
}

function event(
  agentId: string,
  session: string,
  timeMs: number,
  command?: string,
  cwd = '/w/app',
): EnrichedEvent {
  const base = {
    id: `${session}${timeMs}`,
    timeMs,
    nativeSessionId: session,
    cwd,
    offsetBytes: 0,
    agentId,
    sessionId: `${agentId}:${session}`,
    actor: { user: 'dev' },
    resources: [],
    source: { path: `/logs/${session}`, offsetBytes: 0 },
  };
  return command === undefined
    ? { ...base, kind: 'prompt.submit', text: 'x', origin: 'human' }
    : {
        ...base,
        kind: 'tool.call',
        tool: { name: 'Bash', category: 'shell', callId: `call-${timeMs - T}` },
        input: { command },
        shell: analyzeShell(command, { home: '/home/dev', platform: 'linux' }),
      };
}

const claude = proc(10, 2, 'claude');

describe('attribution', () => {
  it('ties what an agent starts to its only session in the folder, also when the session comes later', () => {
    const a = fresh();
    const child = proc(11, 10, 'rg x');
    start(a, claude, child);
    expect(a.of(child)).toMatchObject({
      role: 'child',
      agentId: 'claude-code',
      unresolved: 'no-session-seen',
    });
    a.event(event('claude-code', 's1', T + 500));
    expect(a.of(child)).toMatchObject({ sessionId: 'claude-code:s1', confidence: 'medium' });
    expect(a.of(child)?.links.map(({ evidence }) => evidence)).toEqual(['ancestry', 'cwd']);
  });

  it('does not take an agent of another account for a second one in the folder, but one of the same account', () => {
    const hidden = (pid: number, uid: number): ProcessInfo => {
      const { cwd, ...rest } = proc(pid, 2, 'claude', { uid });
      expect(cwd).toBeDefined();
      return rest;
    };
    const own = proc(10, 2, 'claude', { uid: 1000 });
    const child = proc(12, 10, 'rg x');
    for (const [uid, found] of [
      [0, 'claude-code:s1'],
      [1000, undefined],
    ] as const) {
      const a = fresh();
      start(a, own, hidden(11, uid), child);
      a.event(event('claude-code', 's1', T + 500));
      expect(a.of(child)?.sessionId).toBe(found);
    }
  });

  it('remembers who started what when parents end, for any depth', () => {
    const a = fresh();
    start(a, claude);
    a.event(event('claude-code', 's1', T + 500));
    let parent = claude;
    for (let pid = 11; pid < 2_000; pid += 1) {
      const next = proc(pid, parent.pid, 'sh -c x', { startTimeMs: T + 600 + pid });
      start(a, next);
      if (parent !== claude) exit(a, parent);
      parent = next;
    }
    expect(a.of(parent)).toMatchObject({ role: 'child', sessionId: 'claude-code:s1' });
    expect(a.sizes().living).toBe(2);
    expect(a.sizes().dead).toBeLessThanOrEqual(4_096);
  });

  it('reads the marker of the innermost agent, not the one it inherited', () => {
    const a = fresh();
    const outer = { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: 's1' };
    const shell = proc(11, 10, 'bash -c x', { markers: outer });
    const codex = proc(12, 11, 'codex', { markers: outer });
    const inner = proc(13, 12, 'ls -l', { markers: { ...outer, CODEX_THREAD_ID: 't9' } });
    const cleared = proc(14, 13, 'sleep 9', { markers: {} });
    start(a, claude, shell, codex, inner, cleared);
    expect(a.of(shell)).toMatchObject({ sessionId: 'claude-code:s1', confidence: 'high' });
    expect(a.of(claude)).toMatchObject({ role: 'agent', sessionId: 'claude-code:s1' });
    expect(a.of(inner)).toMatchObject({ agentId: 'codex', sessionId: 'codex:t9' });
    expect(a.of(cleared)).toMatchObject({ agentId: 'codex', sessionId: 'codex:t9' });
    expect(a.of(cleared)?.links.at(-1)).toMatchObject({
      evidence: 'ancestry',
      detail: expect.stringContaining('inside claude-code pid 10') as string,
    });
  });

  it('does not guess between two agents of a kind in one folder, and needs no guess with pid files', () => {
    const a = fresh();
    const second = proc(20, 2, 'claude');
    const child = proc(11, 10, 'make all');
    const other = proc(21, 20, 'make all');
    start(a, claude, second, child, other);
    a.event(event('claude-code', 's1', T + 500));
    a.event(event('claude-code', 's2', T + 600));
    expect(a.of(child)?.sessionId).toBeUndefined();
    a.pidFiles(
      [
        { agentId: 'claude-code', process: claude, nativeSessionId: 's1', modifiedMs: T },
        {
          agentId: 'claude-code',
          process: { pid: 20, startTimeMs: 1 },
          nativeSessionId: 's9',
          modifiedMs: T,
        },
      ],
      T + 700,
    );
    expect(a.of(child)).toMatchObject({ sessionId: 'claude-code:s1', confidence: 'high' });
    expect(a.of(other)?.sessionId).toBeUndefined();
    a.openLogs([{ process: second, path: '/logs/s2' }], T + 800);
    expect(a.of(other)).toMatchObject({ sessionId: 'claude-code:s2', confidence: 'high' });
  });

  it('takes a telling command line for the call only one of them made', () => {
    const a = fresh();
    start(a, proc(10, 2, 'gemini'), proc(20, 2, 'gemini'));
    a.event(event('gemini-cli', 's1', T + 10, 'pytest tests/unit/test_cart.py'));
    a.event(event('gemini-cli', 's2', T + 20, 'npm run build'));
    a.event(event('gemini-cli', 's1', T + 30, 'npm run build'));
    const told = proc(31, 10, 'bash', { argv: ['bash', '-c', "eval 'pytest tests/unit/test_cart.py'"] });
    const both = proc(32, 10, 'bash', { argv: ['bash', '-c', 'npm run build'] });
    start(a, told, both);
    expect(a.of(told)).toMatchObject({ sessionId: 'gemini-cli:s1', toolCallId: 'call-10' });
    expect(a.of(both)?.sessionId).toBeUndefined();
  });

  it('gives a reused pid no part in what the earlier process was', () => {
    const a = fresh();
    const shell = proc(11, 10, 'bash');
    start(a, claude, shell);
    exit(a, shell);
    const stranger = proc(11, 2, 'vim', { startTimeMs: T + 9_000 });
    start(a, stranger, proc(12, 11, 'ctags', { startTimeMs: T + 9_001 }));
    expect(a.of(stranger)).toBeUndefined();
    expect(a.of({ pid: 12, startTimeMs: T + 9_001 })).toBeUndefined();
    expect(a.of(shell)).toMatchObject({ role: 'child' });
    const late = proc(13, 11, 'old child', { startTimeMs: T + 100 });
    start(a, late);
    expect(a.of(late)).toBeUndefined();
  });

  it('finds an orphan by the process group its parents made, and no neighbour of the agent', () => {
    const a = fresh();
    const shell = proc(11, 10, 'bash', { processGroupId: 11, sessionId: 11 });
    start(a, proc(10, 2, 'claude', { processGroupId: 10 }), shell);
    exit(a, shell);
    const orphan = proc(40, 1, 'server', { processGroupId: 11, sessionId: 11 });
    const tee = proc(41, 2, 'tee out', { processGroupId: 10 });
    start(a, proc(2, 1, 'zsh', { startTimeMs: T }), orphan, tee);
    expect(a.of(orphan)).toMatchObject({ role: 'child', agentId: 'claude-code', confidence: 'medium' });
    expect(a.of(tee)).toBeUndefined();
  });

  it('ties what a terminal server starts to the call that asked for it, as a weak link', () => {
    const a = fresh();
    start(a, proc(5, 1, 'tmux: server'), claude);
    a.event(event('claude-code', 's1', T + 40, "tmux new-window 'node serve.js --port 8123'"));
    const window = proc(50, 5, 'sh', { argv: ['sh', '-c', 'node serve.js --port 8123'] });
    const user = proc(51, 5, 'vim notes.txt');
    start(a, window, user);
    expect(a.of(window)).toMatchObject({ role: 'loose', sessionId: 'claude-code:s1', confidence: 'low' });
    expect(a.of(user)).toBeUndefined();
  });

  it('names a process by its marker when the agent has ended, and nobody when two agents marked it', () => {
    const a = fresh();
    const one = proc(60, 1, 'node x', { markers: { CODEX_THREAD_ID: 't1' } });
    const two = proc(61, 1, 'node x', { markers: { CODEX_THREAD_ID: 't1', CLAUDECODE: '1' } });
    start(a, one, two);
    expect(a.of(one)).toMatchObject({ role: 'loose', sessionId: 'codex:t1', confidence: 'medium' });
    expect(a.of(two)).toMatchObject({ unresolved: 'several-agents' });
    expect(a.of(two)?.agentId).toBeUndefined();
  });

  it('keeps sessions apart that one process has one after the other', () => {
    const a = fresh();
    const mark = (session: string): Partial<ProcessInfo> => ({
      markers: { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: session },
    });
    start(a, claude, proc(11, 10, 'a', mark('s1')), proc(20, 10, 'b', mark('s1')));
    start(a, proc(30, 10, 'c', mark('s2')), proc(40, 10, 'd', mark('s2')));
    const during = proc(15, 10, 'x');
    const between = proc(25, 10, 'y');
    start(a, during, between);
    expect(a.of(during)?.sessionId).toBe('claude-code:s1');
    expect(a.of(between)).toMatchObject({ unresolved: 'several-sessions' });
    expect(a.of(claude)?.sessionId).toBe('claude-code:s2');
  });

  it('counts a launcher, its agent and a fork before exec as one agent', () => {
    const a = fresh();
    const launcher = proc(10, 2, 'codex');
    const agent = proc(11, 10, 'codex');
    const copy = proc(12, 11, 'codex');
    start(a, launcher, agent, copy);
    a.event(event('codex', 't1', T + 500));
    const ls = { ...copy, argv: ['ls'], name: 'ls' };
    a.processes({ timeMs: T, changes: [{ kind: 'exec', process: ls, before: copy }] });
    expect(a.of(ls)).toMatchObject({ role: 'child', sessionId: 'codex:t1' });
    expect(a.sizes().runs).toBe(1);
  });

  it('reads the first table whatever its order, and tells each change once', () => {
    const a = fresh();
    start(a, proc(9, 8, 'ls', { startTimeMs: T + 3 }), proc(8, 10, 'sh', { startTimeMs: T + 2 }), {
      ...claude,
      startTimeMs: T + 1,
    });
    expect(
      a
        .changed()
        .map(({ process }) => process.pid)
        .sort(),
    ).toEqual([10, 8, 9].sort());
    expect(a.changed()).toEqual([]);
    a.event(event('claude-code', 's1', T + 500));
    expect(a.changed()).toHaveLength(3);
  });

  it('knows a supervised agent under any name', () => {
    const a = fresh();
    const renamed = proc(70, 2, 'my-agent');
    const child = proc(71, 70, 'ls');
    start(a, renamed);
    a.supervised({ runId: 'r1', process: renamed, agentId: 'claude-code', sessionId: 'claude-code:s1' }, T);
    start(a, child);
    expect(a.of(child)).toMatchObject({ runId: 'r1', sessionId: 'claude-code:s1', confidence: 'high' });
  });

  it('keeps its memory bounded', () => {
    const a = fresh();
    for (let n = 0; n < 12_000; n += 1) {
      const one = proc(100 + (n % 5_000), 2, n % 3 === 0 ? 'claude' : 'ls', {
        startTimeMs: T + n,
        processGroupId: 100 + (n % 5_000),
      });
      start(a, one);
      exit(a, one);
      a.event(event('claude-code', `s${n}`, T, 'ls -la /tmp', `/w/${n}`));
    }
    const { living, dead, groups, runs, sessions } = a.sizes();
    expect(living).toBe(0);
    expect(dead).toBeLessThanOrEqual(4_096);
    expect(groups).toBeLessThanOrEqual(8_192);
    expect(runs).toBeLessThanOrEqual(1_024);
    expect(sessions).toBeLessThanOrEqual(2_048);
  });
});
