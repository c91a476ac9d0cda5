/**
 * Cold read: Claude Code transcripts to stored events and findings, against JSON.parse of every line in one thread
 * and against ccusage 20 (native, token totals only) on the same files.
 * Usage: node bench/cold-read.ts [megabytes]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeClaudeCorpus } from './shared/claude-corpus.ts';
import { startCollector } from '../test/support/collector-process.ts';
import { report } from './shared/report.ts';

const megabytes = Number(process.argv[2] ?? 500);
const folder = mkdtempSync(join(tmpdir(), 'reeve-bench-'));
const home = join(folder, 'home');
const corpus = writeClaudeCorpus(home, megabytes * 1e6);

async function reeve(
  state: string,
): Promise<{ seconds: number; peakMb: number; events: number; cpu: number }> {
  const collector = await startCollector(home, state);
  const { totals } = await collector.client.call('status.get', {});
  const { peakMb } = collector.memory();
  const cpu = collector.cpuSeconds();
  await collector.stop();
  return { seconds: collector.readyMs / 1_000, peakMb, events: totals.events, cpu };
}

function parseAll(): number {
  const started = performance.now();
  let n = 0;
  for (const project of readdirSync(join(home, '.claude/projects'))) {
    for (const file of readdirSync(join(home, '.claude/projects', project))) {
      for (const line of readFileSync(join(home, '.claude/projects', project, file), 'utf8').split('\n')) {
        if (line !== '') n += Object.keys(JSON.parse(line) as object).length;
      }
    }
  }
  if (n === 0) throw new Error('nothing parsed');
  return (performance.now() - started) / 1_000;
}

function ccusage(): number | undefined {
  const args = ['--yes', 'ccusage@20.0.24', 'daily', '--json', '--offline'];
  const env = {
    ...process.env,
    CLAUDE_CONFIG_DIR: join(home, '.claude'),
    HOME: home,
    npm_config_cache: join(tmpdir(), 'reeve-bench-npm'),
  };
  if (spawnSync('npx', args, { env }).status !== 0) return undefined;
  const started = performance.now();
  spawnSync('npx', args, { env });
  const wholeMs = performance.now() - started;
  const startMs = (() => {
    const at = performance.now();
    spawnSync('npx', ['--yes', 'ccusage@20.0.24', '--version'], { env });
    return performance.now() - at;
  })();
  return (wholeMs - startMs) / 1_000;
}

parseAll();
const parse = parseAll();
const cold = await reeve(join(folder, 'state'));
const warm = await reeve(join(folder, 'state'));
const peer = ccusage();
const mb = corpus.bytes / 1e6;
report('cold read', [
  ['corpus', `${mb.toFixed(0)} MB, ${corpus.lines} lines, ${corpus.files} files, ${corpus.calls} tool calls`],
  [
    'reeve, cold',
    `${(mb / cold.seconds).toFixed(0)} MB/s (${cold.seconds.toFixed(2)} s, ${cold.events} events, peak RSS ${cold.peakMb.toFixed(0)} MB)`,
  ],
  ['reeve, nothing new', `${warm.seconds.toFixed(2)} s`],
  ['JSON.parse, one thread', `${(mb / parse).toFixed(0)} MB/s; ratio ${(parse / cold.seconds).toFixed(2)}`],
  [
    'ccusage 20.0.24',
    peer === undefined
      ? 'not available here'
      : `${(mb / peer).toFixed(0)} MB/s; ratio ${(peer / cold.seconds).toFixed(2)}`,
  ],
]);
rmSync(folder, { recursive: true, force: true });
