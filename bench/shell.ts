import { parse } from 'unbash';
import { shellResources } from '../collector/pipeline/resources/shell-resources.ts';
import { analyzeShell } from '../collector/pipeline/shell/index.ts';

/** Ordinary lines of a coding agent's day, written for this measurement. */
const CORPUS: readonly string[] = [
  'npm test',
  'git status --short',
  'cd /home/dev/app && npm run build 2>&1 | tail -20',
  "grep -rn 'foo bar' src --include=*.ts | head -20",
  'git add -A && git commit -m "$(cat <<\'EOF\'\nfix: keep the cursor\n\nA longer body.\nEOF\n)"',
  'ls -la src/',
  'sed -n 1,80p src/index.ts',
  "find . -name '*.ts' -not -path '*/node_modules/*' | xargs wc -l",
  "python3 -c \"import json; print(json.load(open('package.json'))['version'])\"",
  'curl -s https://api.example.com/v1/items | jq .data',
  "bash -lc 'rg --files src | head'",
  'for f in src/*.ts; do echo "$f"; done',
  'mkdir -p a/b && touch a/b/c.ts',
  'docker compose up -d',
  'npx vitest run test/a.test.ts --reporter=dot',
];
const CONTEXT = { home: '/home/dev', cwd: '/home/dev/app', platform: 'linux' } as const;
const ROUNDS = 5;
const REPEATS = 3_000;

function measure(name: string, run: (line: string) => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const before = performance.now();
    for (let i = 0; i < REPEATS; i++) for (const line of CORPUS) run(line);
    best = Math.min(best, ((performance.now() - before) * 1_000) / (REPEATS * CORPUS.length));
  }
  console.log(`${name.padEnd(24)} ${best.toFixed(2)} µs/command`);
  return best;
}

const reference = measure('unbash alone', (line) => {
  parse(line);
});
measure('analyzeShell', (line) => {
  analyzeShell(line, CONTEXT);
});
const whole = measure('analysis + resources', (line) => {
  shellResources(analyzeShell(line, CONTEXT), CONTEXT);
});
console.log(`ratio to the grammar     ${(whole / reference).toFixed(1)}`);
