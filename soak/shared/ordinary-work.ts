import type { Random } from '../../test/support/mutate-json.ts';
import { pick } from './target.ts';

/** What a stand-in does between two thoughts. */
export type Deed =
  /** A tool call of the agent. `background`: its result is written at once, and it goes on. */
  | { readonly kind: 'tool'; readonly command: string; readonly background?: true }
  /** Tool calls that run side by side. */
  | { readonly kind: 'parallel'; readonly commands: readonly string[] }
  /** A tool call that the person interrupts. */
  | { readonly kind: 'interrupted'; readonly command: string; readonly afterMs: number }
  /** What the agent runs for itself, without a tool call. */
  | { readonly kind: 'own'; readonly argv: readonly string[] }
  /** The person types it into the agent. */
  | { readonly kind: 'typed'; readonly command: string }
  /** A sub-agent with a log of its own. */
  | { readonly kind: 'delegate'; readonly commands: readonly string[] }
  | { readonly kind: 'hook' }
  | { readonly kind: 'mcp' }
  | { readonly kind: 'edit'; readonly file: string }
  | { readonly kind: 'think'; readonly ms: number };

type Make = (random: Random) => string;

const number = (random: Random, below: number): number => Math.floor(random() * below);

/** Quick looks: most of the work. */
const LOOKS: readonly Make[] = [
  () => 'git status --short',
  () => 'git diff --stat && git diff | head -50',
  (random) => `git log --oneline -${1 + number(random, 20)}`,
  () => 'git branch -a && git remote -v',
  () => 'git show --stat HEAD | cat',
  () => 'ls -la',
  () => 'ls src test && wc -l src/*.js',
  (random) => `sed -n '${1 + number(random, 9)},20p' src/total.js`,
  () => 'grep -rn "total" src --include=*.js | head -20',
  () => 'grep -rln TODO . 2>/dev/null | xargs -r wc -l',
  () => 'find . -name "*.js" -not -path "./node_modules/*" -newer package.json | sort | head',
  () => "find src -type f -exec grep -l 'export' {} +",
  () => 'cat package.json | head -40',
  () => "jq -r '.scripts | keys[]' package.json",
  () => 'head -5 README.md; tail -3 README.md',
  () => 'pwd; whoami; date -u +%s',
  () => 'which node npm python3; node --version',
  () => 'env | sort | cut -d= -f1 | head -20',
  () => 'ps aux --sort=-%cpu | head -5',
  () => 'du -sh . && df -h . | tail -1',
  () => 'diff <(sort src/total.js) <(sort src/index.js) || true',
  () => 'test -f Makefile && echo yes || echo no',
  () => '[ -d node_modules/left-pad ] && npm ls left-pad --offline',
  () => 'rgx --files | head',
  () => "awk 'NR<5 {print $1}' package.json",
  () => 'tree -L 2 . 2>/dev/null || find . -maxdepth 2 -not -path "*/.git*"',
  () => 'F=src/total.js; wc -c "$F" && md5sum $F',
  () => 'for f in src/*.js; do echo "== $f"; head -3 "$f"; done',
  () => 'git ls-files | while read -r f; do stat -c "%s %n" "$f"; done | sort -n | tail -3',
];

/** Changes and runs. */
const RUNS: readonly Make[] = [
  () => 'node test/total.test.js',
  () => 'npm test --silent',
  () => 'npm run lint 2>&1 | tail -20',
  () => 'npm run build',
  () => 'python3 -m unittest discover -s py -q 2>&1 | tail -5',
  () => 'cd py && python3 -c "import calc; print(calc.add(1, 2))"',
  (random) => `python3 - <<'PY'\nimport json\nprint(json.dumps({"n": ${number(random, 100)}}))\nPY`,
  (random) => `node -e "console.log(${number(random, 100)} + 1)"`,
  () => 'node -e \'\nconst fs = require("fs");\nconsole.log(fs.readdirSync(".").length);\n\'',
  () => 'make',
  () => 'make -j2 all && ./build/hello',
  () => 'make clean >/dev/null; make 2>&1 | tee build.log | tail -2',
  () => './scripts/check.sh --fast',
  () => 'bash scripts/check.sh && echo fine',
  () => 'npm install --offline --no-audit --no-fund --silent',
  () => 'CI=1 NODE_ENV=test node test/total.test.js',
  () => 'timeout 20 node test/total.test.js; echo "exit $?"',
  () => 'time make -s all',
  () => '(cd src && node index.js) | sort | uniq -c',
  () => 'set -e; node test/total.test.js; echo passed',
  () => 'printf "%s\\n" a b c | xargs -P 2 -I{} sh -c "echo {}; sleep 0.1"',
  (random) =>
    `cat > notes-${number(random, 5)}.md <<'EOF'\n# Notes\nit's "quoted" and $HOME stays\nEOF\nwc -l notes-*.md`,
  () => "sed -i 's/coupon/voucher/g; s/voucher/coupon/g' src/total.js && git diff --stat",
  () => 'git add -A && git commit -q -m "work in progress" --allow-empty && git log -1 --format=%h',
  () => 'git stash -q || true; git stash pop -q || true; git status --short',
  () => 'git checkout -q -b topic-$RANDOM && git checkout -q - && git branch | wc -l',
  () =>
    'tar czf /tmp/reeve-hour-$$.tgz src && tar tzf /tmp/reeve-hour-$$.tgz | wc -l && rm -f /tmp/reeve-hour-$$.tgz',
  () => 'check() { node --check "$1" && echo ok; }; check src/total.js; check src/index.js',
  () => 'gcc -O0 -o build/hello2 c/hello.c && ./build/hello2',
  () => 'npx --no-install left-pad 2>/dev/null || echo none',
  () => 'false',
  () => 'node -e "process.exit(3)"',
  () => "bash -lc 'git rev-parse HEAD'",
  () => 'env -i PATH="$PATH" HOME="$HOME" node src/index.js',
  () => "sh -c 'sleep 3 & p=$!; kill -STOP $p; sleep 1; kill -CONT $p; wait'",
  () => 'nice -n 5 node src/index.js && sleep 0.2',
  () => 'exec node src/index.js',
  () => "trap 'echo bye' EXIT; sleep 0.5",
];

/** Builds and waits. */
const LONG: readonly Make[] = [
  (random) => `for i in $(seq 1 ${5 + number(random, 20)}); do node src/index.js >/dev/null; sleep 1; done`,
  (random) => `make slow SECONDS_TO_WAIT=${15 + number(random, 60)}`,
  (random) => `sleep ${10 + number(random, 50)} && git status --short`,
  (random) => `python3 -c "import time; time.sleep(${20 + number(random, 60)})" && echo done`,
  () => 'for i in 1 2 3 4 5 6; do [ -f build/hello ] && break; sleep 1; done; ls -la build',
  (random) => `npm run soak -- ${15 + number(random, 30)}`,
];

/** What goes on when the tool call has returned. */
const KEPT: readonly Make[] = [
  () => 'nohup node server.js 0 > server.log 2>&1 & sleep 1; tail -1 server.log',
  () => 'npm run dev > dev.log 2>&1 & sleep 2; cat dev.log',
  () => 'setsid node server.js 0 >/dev/null 2>&1 < /dev/null & disown; echo started',
  () =>
    'tmux -L hour new-session -d -s dev "node server.js 0" 2>/dev/null; sleep 1; tmux -L hour list-sessions; tmux -L hour kill-server',
  () => '(node watch.js 20 &) ; echo watching',
];

/** Started as background tool calls. */
const BACKGROUND: readonly Make[] = [
  (random) => `node server.js ${20 + number(random, 40)}`,
  (random) => `node watch.js ${20 + number(random, 40)}`,
  (random) => `timeout ${20 + number(random, 30)} tail -f package.json`,
  () => 'make slow SECONDS_TO_WAIT=30',
  (random) => `while sleep 5; do date >> ticks.log; [ $((++n)) -ge ${2 + number(random, 5)} ] && break; done`,
];

/** What agents and their editors run beside the tool calls. */
const OWN: readonly (readonly string[])[] = [
  ['git', 'status', '--porcelain'],
  ['git', '--no-optional-locks', 'status', '--porcelain=v2', '--branch'],
  ['git', 'rev-parse', '--show-toplevel'],
  ['git', 'rev-parse', '--abbrev-ref', 'HEAD'],
  ['git', 'diff', '--numstat', 'HEAD'],
  ['git', '-c', 'core.quotepath=false', 'ls-files', '--others', '--exclude-standard'],
  ['git', 'config', '--get', 'user.email'],
  ['git', 'worktree', 'list', '--porcelain'],
  ['git', 'log', '-n', '5', '--oneline'],
  ['git', 'remote', 'get-url', 'origin'],
  ['git', 'cat-file', '-e', 'HEAD:README.md'],
  ['rg', '--files', '--hidden', '.'],
  ['uname', '-sr'],
  ['which', 'rg'],
  ['node', '--version'],
  ['npm', 'root', '-g'],
  ['npm', 'config', 'get', 'prefix'],
  ['ps', '-o', 'ppid=', '-p', '1'],
  ['tmux', 'display-message', '-p', '#S'],
  ['bash', '-c', 'command -v node'],
  ['bash', '-lc', 'env -0'],
  ['hostname'],
  ['id', '-u'],
  ['which', 'git'],
];

function tool(make: readonly Make[], random: Random): Deed {
  return { kind: 'tool', command: pick(make, random)(random) };
}

/** The next things that an agent does; some seconds to some minutes of work. */
export function nextTurn(random: Random): readonly Deed[] {
  const deeds: Deed[] = [];
  for (let n = number(random, 4); n > 0; n -= 1) deeds.push({ kind: 'own', argv: pick(OWN, random) });
  for (let n = 1 + number(random, 4); n > 0; n -= 1) {
    const roll = random();
    deeds.push({ kind: 'think', ms: 300 + number(random, 4_000) });
    if (roll < 0.4) deeds.push(tool(LOOKS, random));
    else if (roll < 0.66) deeds.push(tool(RUNS, random));
    else if (roll < 0.7) deeds.push(tool(LONG, random));
    else if (roll < 0.74) deeds.push(tool(KEPT, random));
    else if (roll < 0.78)
      deeds.push({ kind: 'tool', command: pick(BACKGROUND, random)(random), background: true });
    else if (roll < 0.83)
      deeds.push({ kind: 'parallel', commands: [0, 1, 2].map(() => pick(LOOKS, random)(random)) });
    else if (roll < 0.87) deeds.push({ kind: 'mcp' });
    else if (roll < 0.93) deeds.push({ kind: 'edit', file: 'src/total.js' }, { kind: 'hook' });
    else if (roll < 0.95)
      deeds.push({ kind: 'delegate', commands: [0, 1, 2].map(() => pick(LOOKS, random)(random)) });
    else if (roll < 0.97)
      deeds.push({
        kind: 'interrupted',
        command: 'sleep 60; echo never',
        afterMs: 2_000 + number(random, 8_000),
      });
    else deeds.push({ kind: 'typed', command: pick(LOOKS, random)(random) });
  }
  // Now and then the model thinks for long, while helpers go on.
  if (random() < 0.06)
    for (let n = 0; n < 6; n += 1)
      deeds.push({ kind: 'own', argv: pick(OWN, random) }, { kind: 'think', ms: 12_000 });
  else deeds.push({ kind: 'think', ms: 1_000 + number(random, 9_000) });
  return deeds;
}
