/**
 * Runs every soak test in a process of its own, one after the other, and prints a summary.
 * Usage: node soak/run.ts [--quick] [names ...]
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { loadavg } from 'node:os';

const FOLDER = new URL('./', import.meta.url);
/** Arguments that make a test take seconds: to see that it runs, not that it holds. */
const QUICK: Readonly<Record<string, readonly string[]>> = {
  fuzz: ['2000'],
  kill: ['10', '4'],
  'big-line': ['200'],
  window: ['30', '3000'],
  witness: ['1'],
};

const quick = process.argv.includes('--quick');
const wanted = process.argv.slice(2).filter((name) => !name.startsWith('-'));
const names = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.ts') && name !== 'run.ts')
  .map((name) => name.slice(0, -3))
  .filter((name) => wanted.length === 0 || wanted.includes(name))
  .sort();
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) throw new Error(`no such soak test: ${unknown.join(', ')}`);

interface Outcome {
  readonly name: string;
  readonly seconds: number;
  readonly code: number | null;
}

async function run(name: string): Promise<Outcome> {
  const startMs = performance.now();
  const args = [new URL(`${name}.ts`, FOLDER).pathname, ...(quick ? (QUICK[name] ?? []) : [])];
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  return { name, seconds: (performance.now() - startMs) / 1_000, code };
}

const outcomes: Outcome[] = [];
for (const name of names) {
  console.log(`\n== ${name} (load ${loadavg()[0]?.toFixed(1) ?? '?'})`);
  outcomes.push(await run(name));
}
console.log('\nsummary');
for (const { name, seconds, code } of outcomes)
  console.log(`  ${name.padEnd(16)} ${code === 0 ? 'held' : 'FAILED'}  ${seconds.toFixed(0)} s`);
process.exitCode = outcomes.every(({ code }) => code === 0) ? 0 : 1;
