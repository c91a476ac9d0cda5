/**
 * Gives hostile input to every parser: records of all log formats (the whole way to findings), commands, text with
 * secrets, bytes in pieces, settings, what operating systems say of processes. Nothing may throw, take long, or let memory grow.
 * Usage: node soak/fuzz.ts [inputs per target = 100000] [only targets whose name begins so] [seed = 1]
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createRandom } from '../test/support/mutate-json.ts';
import { logTargets } from './shared/log-targets.ts';
import { OS_OUTPUTS } from '../test/support/os-output.ts';
import type { Target } from './shared/target.ts';
import { textTargets } from './shared/text-targets.ts';

const count = Number(process.argv[2] ?? 100_000);
const only = process.argv[3] ?? '';
const seed = Number(process.argv[4] ?? 1);
/**
 * Processor time of this thread, so that other work on the machine does not count. Inputs are below 200 KB and mostly
 * below 10; the YAML parser may take 10 ms a KiB.
 */
const MAX_MS = 400;
const MAX_GROWTH_MB = 8;
const CHECK_EVERY = 1_000;
const SHOWN = 400;

setFlagsFromString('--expose-gc');
const collectGarbage: unknown = runInNewContext('gc');

function heapMb(): number {
  if (typeof collectGarbage === 'function')
    for (let n = 0; n < 3; n++) Reflect.apply(collectGarbage, undefined, []);
  return process.memoryUsage().heapUsed / 1_048_576;
}

function timed(target: Target, input: string): number {
  const before = process.threadCpuUsage();
  target.feed(input);
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

/** A collection of garbage may fall into any input: the best of three is what it takes itself. */
function slownessOf(target: Target, input: string, firstMs: number): number {
  return firstMs < MAX_MS ? firstMs : Math.min(firstMs, timed(target, input), timed(target, input));
}

function run(target: Target): string[] {
  const problems: string[] = [];
  const warmUp = Math.floor(count / 4);
  let slowestMs = 0;
  let totalMs = 0;
  let baseMb: number | undefined;
  for (let n = 0; n < count; n++) {
    if (n === warmUp) baseMb = heapMb();
    const input = target.make(createRandom(seed * 1_000_003 + n));
    try {
      const firstMs = timed(target, input);
      totalMs += firstMs;
      const ms = slownessOf(target, input, firstMs);
      if (ms > MAX_MS) problems.push(`input ${n} took ${ms.toFixed(0)} ms: ${shown(input)}`);
      slowestMs = Math.max(slowestMs, ms);
      if (n % CHECK_EVERY === 0) target.checkMemory?.();
    } catch (error) {
      problems.push(
        `input ${n}: ${error instanceof Error ? (error.stack ?? error.message) : 'threw'}\n    ${shown(input)}`,
      );
    }
    if (problems.length >= 5) break;
  }
  const endMb = heapMb();
  const growthMb = endMb - (baseMb ?? endMb);
  if (growthMb > MAX_GROWTH_MB) problems.push(`memory grew by ${growthMb.toFixed(1)} MB`);
  console.log(
    `${target.name.padEnd(30)} ${count} inputs, ${((totalMs * 1_000) / count).toFixed(0)} µs each, slowest ${slowestMs.toFixed(0)} ms, heap ${growthMb >= 0 ? '+' : ''}${growthMb.toFixed(1)} MB  ${problems.length === 0 ? 'ok' : 'FAILED'}`,
  );
  for (const problem of problems) console.log(`  ${problem}`);
  return problems;
}

function shown(input: string): string {
  return `${input.length} characters: ${JSON.stringify(input.slice(0, SHOWN))}`;
}

const targets = [...logTargets(), ...textTargets(), ...OS_OUTPUTS].filter(({ name }) =>
  name.startsWith(only),
);
if (targets.length === 0) throw new Error(`no target begins with "${only}"`);
const failed = targets.filter((target) => run(target).length > 0);
console.log(`${targets.length} targets, ${failed.length} failed`);
process.exitCode = failed.length > 0 ? 1 : 0;
