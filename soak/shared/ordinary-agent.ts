/**
 * Stands in for an agent at ordinary work: starts real programs the way the real one does, and writes its log as it
 * does. Told what to do by lines on its input; ends with it. Usage: ordinary-agent.ts PLAN.json
 */
import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DemoAgent } from '../../collector/cli/demo/story.ts';
import { DEMO_LOGS } from '../../collector/cli/demo/write-logs.ts';
import { random as seeded } from '../../bench/shared/claude-corpus.ts';
import { type Deed, nextTurn } from './ordinary-work.ts';

export interface OrdinaryPlan {
  readonly agent: DemoAgent;
  readonly session: string;
  readonly home: string;
  readonly cwd: string;
  readonly seed: number;
  readonly markers: Readonly<Record<string, string>>;
}

/** What an agent says on its output: what it has done so far, and that it stopped working. */
export interface Done {
  readonly calls: number;
  readonly own: number;
  readonly turns: number;
}

const plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as OrdinaryPlan;
const { agent, home, cwd } = plan;
const random = seeded(plan.seed + (Date.now() % 100_000));
const log = DEMO_LOGS[agent]({ id: plan.session, cwd, home, startMs: Date.now() });
// A resumed session goes on in the same file.
const remembered = join(home, `.log-of-${plan.session}`);
const resumed = existsSync(remembered);
const path = resumed ? readFileSync(remembered, 'utf8') : join(home, log.path);
writeFileSync(remembered, path);
mkdirSync(dirname(path), { recursive: true });

const env = { ...process.env, ...plan.markers, CLAUDE_PROJECT_DIR: cwd };
const done = { calls: 0, own: 0, turns: 0 };
let index = Date.now() % 1_000_000_000;
let logging = true;
/** Changed from outside while the work goes on. */
const told = { toWork: true };
const isDone = (): boolean => !told.toWork;
const kept = new Set<ChildProcess>();

function write(lines: readonly string[], file = path): void {
  if (logging) appendFileSync(file, lines.map((line) => `${line}\n`).join(''));
}

/** Resolves with the exit code; -1 for a signal, 127 when there is no such program. */
function run(argv: readonly string[], options: SpawnOptions = {}, input?: string): Promise<number> {
  const [program = '', ...args] = argv;
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env, stdio: ['pipe', 'ignore', 'ignore'], ...options });
    kept.add(child);
    child.stdin?.on('error', () => undefined).end(input);
    child.on('error', () => {
      resolve(127);
    });
    child.on('exit', (code) => {
      kept.delete(child);
      resolve(code ?? -1);
    });
  });
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'"'"'`)}'`;

/** Each agent has its own way to run a command. */
function shellFor(command: string): { argv: readonly string[]; options: SpawnOptions } {
  switch (agent) {
    case 'claude-code':
      return {
        argv: [
          'bash',
          '-c',
          '-l',
          `source ${home}/.claude/shell-snapshots/snapshot-bash-1.sh 2>/dev/null || true && eval ${quoted(command)} \\< /dev/null && pwd -P >| /tmp/claude-${plan.session.slice(0, 4)}-cwd`,
        ],
        options: { detached: true, stdio: 'ignore' },
      };
    case 'codex':
      return random() < 0.5
        ? { argv: ['bash', '-lc', command], options: { detached: true } }
        : { argv: ['/usr/bin/env', '--', 'bash', '-lc', command], options: { argv0: 'codex-linux-sandbox' } };
    case 'gemini-cli':
      return {
        argv: [
          'bash',
          '-c',
          `shopt -u promptvars nullglob extglob nocaseglob dotglob; { ${command.endsWith('&') ? command : `${command}${command.includes('\n') ? '\n' : ';'}`} }; __code=$?; pgrep -g 0 >/tmp/shell_pgrep_${plan.session.slice(0, 4)}.tmp 2>&1; exit $__code;`,
        ],
        options: { detached: true },
      };
    case 'copilot-cli':
      return { argv: ['bash', '-c', command], options: {} };
  }
}

/** Copilot CLI keeps a shell and writes commands to it. */
class KeptShell {
  #shell: ChildProcess | undefined;
  #number = 0;

  run(command: string): Promise<number> {
    const shell = (this.#shell ??= this.#open());
    const mark = `__done_${++this.#number}_`;
    return new Promise((resolve) => {
      let heard = '';
      const end = (code: number): void => {
        shell.stdout?.off('data', onData);
        shell.off('exit', onExit);
        resolve(code);
      };
      const onExit = (): void => {
        this.#shell = undefined;
        end(0);
      };
      const onData = (chunk: Buffer): void => {
        heard = (heard + chunk.toString()).slice(-4_096);
        const code = new RegExp(`${mark}(\\d+)`).exec(heard)?.[1];
        if (code !== undefined) end(Number(code));
      };
      shell.stdout?.on('data', onData);
      shell.once('exit', onExit);
      shell.stdin?.write(`${command}\nprintf '\\n${mark}%s\\n' "$?"\n`);
    });
  }

  close(): void {
    this.#shell?.kill('SIGHUP');
    this.#shell = undefined;
  }

  #open(): ChildProcess {
    const shell = spawn('bash', ['-l', '-i'], {
      cwd,
      env,
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
    });
    shell.stdin.on('error', () => undefined);
    return shell;
  }
}

const keptShell = new KeptShell();

function runCommand(command: string): Promise<number> {
  if (agent === 'copilot-cli') return keptShell.run(command);
  const { argv, options } = shellFor(command);
  return run(argv, options);
}

/** Writes a call when it begins and its result when it has ended; Gemini CLI writes both when it has ended. */
async function call(command: string, work: () => Promise<number>, background = false): Promise<void> {
  done.calls += 1;
  const at = index++;
  const startMs = Date.now();
  const late = agent === 'gemini-cli';
  const step = { shell: command };
  if (!late) write(log.step(step, at, startMs).slice(0, 1));
  const running = work();
  const exit = background ? 0 : await running;
  if (late) write(log.step({ ...step, exit }, at, Date.now()));
  else write(log.step({ ...step, exit }, at, Date.now()).slice(1));
}

/** A sub-agent of Claude Code has a file of its own beside the session's; others do it themselves. */
async function delegate(commands: readonly string[]): Promise<void> {
  if (agent !== 'claude-code') {
    for (const command of commands) await call(command, () => runCommand(command));
    return;
  }
  const id = Math.floor(random() * 0xffff_ffff).toString(16);
  const file = join(dirname(path), plan.session, 'subagents', `agent-${id}.jsonl`);
  mkdirSync(dirname(file), { recursive: true });
  const side = (lines: readonly string[]): string[] =>
    lines.map((line) => JSON.stringify({ ...(JSON.parse(line) as object), isSidechain: true, agentId: id }));
  write(side(log.step({ prompt: 'Look around.' }, index++, Date.now())), file);
  for (const command of commands) {
    done.calls += 1;
    const at = index++;
    const step = { shell: command };
    write(side(log.step(step, at, Date.now()).slice(0, 1)), file);
    const exit = await runCommand(command);
    write(side(log.step({ ...step, exit }, at, Date.now()).slice(1)), file);
    await sleep(200 + random() * 2_000);
  }
}

async function typed(command: string): Promise<void> {
  if (agent !== 'claude-code') return;
  const { argv, options } = shellFor(command);
  await run(argv, options);
  write(log.step({ prompt: `<bash-input>${command}</bash-input>` }, index++, Date.now()));
}

async function perform(deed: Deed): Promise<void> {
  switch (deed.kind) {
    case 'tool':
      await call(
        deed.command,
        () => {
          if (deed.background !== true || agent === 'copilot-cli') return runCommand(deed.command);
          const { argv, options } = shellFor(deed.command);
          return run(argv, { ...options, detached: true });
        },
        deed.background === true && agent !== 'gemini-cli' && agent !== 'copilot-cli',
      );
      return;
    case 'parallel':
      // One shell does one thing at a time.
      if (agent === 'copilot-cli')
        for (const command of deed.commands) await call(command, () => runCommand(command));
      else await Promise.all(deed.commands.map((command) => call(command, () => runCommand(command))));
      return;
    case 'interrupted':
      await call(deed.command, () => {
        const { argv, options } = shellFor(deed.command);
        const [program = '', ...args] = argv;
        const child = spawn(program, args, { cwd, env, stdio: 'ignore', ...options, detached: true });
        setTimeout(() => {
          try {
            process.kill(-(child.pid ?? 0), 'SIGKILL');
          } catch {
            // It has ended.
          }
        }, deed.afterMs);
        return new Promise((resolve) => {
          child.on('exit', () => {
            resolve(137);
          });
        });
      });
      return;
    case 'own':
      done.own += 1;
      await run(deed.argv);
      return;
    case 'typed':
      await typed(deed.command);
      return;
    case 'delegate':
      await delegate(deed.commands);
      return;
    case 'hook':
      if (agent === 'claude-code')
        await run(['/bin/sh', '-c', '"$CLAUDE_PROJECT_DIR"/scripts/format.sh'], {}, '{"tool_name":"Edit"}');
      return;
    case 'mcp':
      server?.stdin.write('{}\n');
      write(log.step({ mcp: 'notes', tool: 'list', args: {} }, index++, Date.now()));
      return;
    case 'edit':
      write(log.step({ write: deed.file, content: '// changed' }, index++, Date.now()));
      return;
    case 'think':
      await sleep(deed.ms);
  }
}

async function work(): Promise<void> {
  while (!isDone()) {
    write(log.step({ prompt: 'Go on with the next part.' }, index++, Date.now()));
    await sleep(500 + random() * 3_000);
    for (const deed of nextTurn(random)) {
      if (isDone()) return;
      await perform(deed);
    }
    write(log.step({ say: 'Done with this part.' }, index++, Date.now()));
    done.turns += 1;
  }
}

/** Disagreements made on purpose: see `PLANTED` in the runner for what must be found. */
async function plant(): Promise<void> {
  const claim = (command: string): void => {
    const at = index++;
    write(log.step({ shell: command }, at, Date.now()));
  };
  const hidden = (command: string): Promise<number> => {
    const { argv, options } = shellFor(command);
    return run(argv, options);
  };
  await sleep(5_000);
  for (let n = 0; n < 3; n += 1) await hidden(`sleep 0.${n + 3}; tar --version > /dev/null`);
  for (let n = 0; n < 2; n += 1) await run(['tar', 'cf', '/dev/null', 'src']);
  await sleep(2_000);
  for (let n = 0; n < 2; n += 1) {
    claim('pytest -q tests');
    await sleep(500);
  }
  claim('cargo build --release');
  await sleep(2_000);
  // The log says one thing, another runs.
  const at = index++;
  write(log.step({ shell: 'npm run deploy' }, at, Date.now()).slice(0, 1));
  await hidden('sleep 0.7; cp README.md /dev/null');
  write(log.step({ shell: 'npm run deploy' }, at, Date.now()).slice(1));
}

/** Goes on working, and writes nothing. */
async function beSilent(): Promise<void> {
  logging = false;
  for (let n = 0; n < 9; n += 1) {
    await run(['bash', '-c', `sleep 0.5; node src/index.js; cp package.json /dev/null; : ${n}`]);
    await sleep(9_000);
  }
}

write(resumed ? [] : log.head);
const server =
  agent === 'codex' && random() < 0.5
    ? undefined
    : spawn('node', [join(home, 'bin/mcp-notes.mjs')], { cwd, env, stdio: ['pipe', 'ignore', 'ignore'] });
const languageServer = spawn(join(home, 'bin/typescript-language-server'), ['--stdio'], {
  cwd,
  env,
  stdio: ['pipe', 'ignore', 'ignore'],
});
const statusLine =
  agent === 'claude-code'
    ? setInterval(() => {
        done.own += 1;
        void run(['/bin/sh', '-c', '~/.claude/statusline.sh'], {}, '{}');
      }, 7_000)
    : undefined;

// A model needs some seconds before its first call.
await sleep(2_500);
let current = work();
const say = (what: string): void => void process.stdout.write(`${JSON.stringify({ what, ...done })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'rest') {
    told.toWork = false;
    await current;
    say('rests');
  }
  if (line === 'work') {
    told.toWork = true;
    current = work();
  }
  if (line === 'plant') {
    await plant();
    say('planted');
  }
  if (line === 'silent') {
    await beSilent();
    say('silent');
  }
}
clearInterval(statusLine);
told.toWork = false;
keptShell.close();
server?.stdin.end();
languageServer.stdin.end();
await sleep(200);
process.exit();
