/**
 * What hiding secrets costs: microseconds for an ordinary command, and MB/s on text without secrets, beside a plain
 * `indexOf` over the same text in the same run.
 */
import { redactText } from '../collector/pipeline/secrets/index.ts';

const COMMAND =
  'cd /home/dev/project && npm run build -- --mode production && git add -A src/components lib/utils && git commit -m ' +
  '"Refactor the parser so that nested blocks are handled" && git push origin feature/parser && gh pr create --fill ' +
  '--base main --title "Parser refactor" --reviewer robin --label improvement --draft';

function flat(text: string): string {
  return Buffer.from(text).toString('utf8');
}

const PROSE = flat(
  'The quick brown fox jumps over the lazy dog while reading a long book about gardens and rivers. '.repeat(
    80_000,
  ),
);
const CODE = flat(
  'function add(left, right) { return left + right; } const total = add(19, 23); // simple sum\n'.repeat(
    80_000,
  ),
);

function best(run: () => void, times = 5): number {
  let least = Infinity;
  for (let i = 0; i < times; i++) {
    const started = performance.now();
    run();
    least = Math.min(least, performance.now() - started);
  }
  return least;
}

const ROUNDS = 50_000;
/** Two by turns: the last text without a secret is known again. */
const COMMANDS = [COMMAND, `${COMMAND.slice(0, -1)}s`] as const;
const commandMs = best(() => {
  for (let i = 0; i < ROUNDS; i += 2) for (const command of COMMANDS) redactText(command);
});
console.log(`command of ${COMMAND.length} characters: ${((commandMs * 1000) / ROUNDS).toFixed(2)} µs`);
for (const [name, text] of [
  ['prose', PROSE],
  ['code', CODE],
] as const) {
  const redactMs = best(() => void redactText(text));
  const indexMs = best(() => void text.indexOf(' nowhere to be found'));
  const rate = (ms: number) => (text.length / 1000 / ms).toFixed(0);
  console.log(
    `${name}: redact ${rate(redactMs)} MB/s, indexOf ${rate(indexMs)} MB/s, ratio ${(redactMs / indexMs).toFixed(1)}`,
  );
}
