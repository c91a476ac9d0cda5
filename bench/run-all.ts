/**
 * Runs every benchmark in a process of its own, one after the other, and prints one table.
 * Usage: node bench/run-all.ts [--write docs/benchmarks.md] [names ...]
 * With `--write` the tables in that file are replaced, between their markers; nothing else is written, ever.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { machine } from './shared/report.ts';
import { type Measured, plainTable, replaceTables, rowsOf } from './shared/tables.ts';

const FOLDER = new URL('./', import.meta.url);
/** What the documented figures are taken with, where it is more than a look. */
const DOCUMENTED: Readonly<Record<string, readonly string[]>> = {
  'cold-read': ['500'],
  steady: ['300', '60'],
};

const { values, positionals } = parseArgs({
  options: { write: { type: 'string' } },
  allowPositionals: true,
});
const names = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.ts') && name !== 'run-all.ts')
  .map((name) => name.slice(0, -3))
  .sort();
const unknown = positionals.filter((name) => !names.includes(name));
if (unknown.length > 0) throw new Error(`no such benchmark: ${unknown.join(', ')}`);

/** @returns `undefined` when the benchmark failed; it has said why */
async function measure(name: string): Promise<Measured | undefined> {
  const args = values.write === undefined ? [] : (DOCUMENTED[name] ?? []);
  const load = loadavg()[0]?.toFixed(1) ?? 'unknown';
  const child = spawn(process.execPath, [new URL(`${name}.ts`, FOLDER).pathname, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) {
    process.stderr.write(`${output}\n${name} failed\n`);
    return undefined;
  }
  return {
    name,
    command: ['node', `bench/${name}.ts`, ...args].join(' '),
    note: `${machine()}, ${new Date().toISOString().slice(0, 10)}, load before it ${load}`,
    rows: rowsOf(output),
  };
}

const measured: Measured[] = [];
const failed: string[] = [];
for (const name of positionals.length > 0 ? positionals : names) {
  process.stderr.write(`${name} …\n`);
  const one = await measure(name);
  if (one === undefined) failed.push(name);
  else measured.push(one);
}
console.log(plainTable(measured));
if (values.write !== undefined) {
  writeFileSync(values.write, replaceTables(readFileSync(values.write, 'utf8'), measured));
}
if (failed.length > 0) {
  console.log(`failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
