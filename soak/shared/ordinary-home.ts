import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A developer's home with shell start-up files, agents' configuration and one project per name. */
export function writeOrdinaryHome(home: string, projects: readonly string[]): void {
  const write = (path: string, text: string, executable = false): void => {
    const full = join(home, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
    if (executable) chmodSync(full, 0o755);
  };
  write(
    '.bashrc',
    [
      'eval "$(dircolors -b 2>/dev/null)"',
      'export EDITOR="$(command -v vi || echo ed)"',
      '[ -n "$(git config --get user.name)" ] && export GIT_SEEN=1',
      'HOST_LINE="$(hostname | tr a-z A-Z)-$(date +%Y | sed s/20//)"',
      'PROMPT_COMMAND=\'B=$(git branch --show-current 2>/dev/null | tr -d "\\n")\'',
      'export PATH="$HOME/bin:$PATH"',
      '',
    ].join('\n'),
  );
  write('.profile', '. "$HOME/.bashrc"\nexport STARTED="$(date +%s | rev)"\n');
  write('.gitconfig', '[user]\n  name = Dev\n  email = dev@example.com\n[init]\n  defaultBranch = main\n');
  write(
    '.claude/statusline.sh',
    '#!/bin/sh\ncat >/dev/null\nprintf "%s %s" "$(git branch --show-current)" "$(date +%H:%M)"\n',
    true,
  );
  write('bin/mcp-notes.mjs', MCP_SERVER);
  write('bin/typescript-language-server', LANGUAGE_SERVER, true);
  write(
    '.claude/settings.json',
    JSON.stringify({
      statusLine: { type: 'command', command: '~/.claude/statusline.sh' },
      hooks: {
        PostToolUse: [
          {
            matcher: 'Edit|Write',
            hooks: [{ type: 'command', command: '"$CLAUDE_PROJECT_DIR"/scripts/format.sh' }],
          },
        ],
      },
    }),
  );
  const server = { command: 'node', args: [join(home, 'bin/mcp-notes.mjs')] };
  write('.claude.json', JSON.stringify({ mcpServers: { notes: { type: 'stdio', ...server } } }));
  write('.gemini/settings.json', JSON.stringify({ mcpServers: { notes: server } }));
  write('.copilot/mcp-config.json', JSON.stringify({ mcpServers: { notes: { type: 'local', ...server } } }));
  write(
    '.codex/config.toml',
    `[mcp_servers.notes]\ncommand = "node"\nargs = [${JSON.stringify(server.args[0])}]\n`,
  );
  for (const name of projects) writeProject(join(home, name), write, name);
}

function writeProject(
  cwd: string,
  write: (path: string, text: string, executable?: boolean) => void,
  name: string,
): void {
  const files: Readonly<Record<string, string>> = {
    'README.md': `# ${name}\n\nA shop.\n`,
    'package.json': JSON.stringify(
      {
        name,
        version: '1.0.0',
        scripts: {
          test: 'node test/total.test.js',
          lint: 'node --check src/total.js && node --check src/index.js',
          build: 'make all',
          dev: 'node server.js 40',
          soak: 'node watch.js',
        },
      },
      null,
      2,
    ),
    'src/total.js': 'exports.total = (lines) => lines.reduce((sum, line) => sum + line, 0); // coupon\n',
    'src/index.js': "console.log(require('./total.js').total([1, 2, 3]));\n",
    'test/total.test.js':
      "if (require('../src/total.js').total([1, 2]) !== 3) process.exit(1);\nconsole.log('1 passing');\n",
    'server.js':
      "const seconds = Number(process.argv[2] ?? 0) || 90;\nrequire('http').createServer((_, r) => r.end('ok')).listen(0, '127.0.0.1', () => console.log('listening'));\nsetTimeout(() => process.exit(0), seconds * 1000);\n",
    'watch.js':
      "const fs = require('fs');\nfs.watch('src', () => require('child_process').execFile('node', ['test/total.test.js']));\nsetInterval(() => require('child_process').execFile('git', ['status', '--short']), 5000);\nsetTimeout(() => process.exit(0), (Number(process.argv[2]) || 20) * 1000);\n",
    'c/hello.c': '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n',
    'py/calc.py': 'def add(a, b):\n    return a + b\n',
    'py/test_calc.py':
      'import unittest\nimport calc\n\n\nclass Add(unittest.TestCase):\n    def test_add(self):\n        self.assertEqual(calc.add(1, 2), 3)\n',
    Makefile: [
      'SECONDS_TO_WAIT ?= 5',
      'all: build/hello',
      'build/hello: c/hello.c',
      '\t@mkdir -p build && $(CC) -o $@ $<',
      'slow: all',
      '\t@i=0; while [ $$i -lt $(SECONDS_TO_WAIT) ]; do sleep 1; i=$$((i+1)); done; echo built',
      'clean:',
      '\trm -rf build',
      '',
    ].join('\n'),
    '.gitignore': 'node_modules\nbuild\n*.log\n',
  };
  for (const [path, text] of Object.entries(files)) write(`${name}/${path}`, text);
  write(
    `${name}/scripts/check.sh`,
    '#!/usr/bin/env bash\nset -eu\nfor f in src/*.js; do node --check "$f"; done\n',
    true,
  );
  write(
    `${name}/scripts/format.sh`,
    '#!/bin/sh\ncat >/dev/null\ngit diff --name-only | head -3 | tr "\\n" " "\n',
    true,
  );
  const git = (...args: string[]): void => {
    execFileSync('git', ['-C', cwd, '-c', 'user.name=Dev', '-c', 'user.email=dev@example.com', ...args]);
  };
  execFileSync('git', ['init', '-q', cwd]);
  git('remote', 'add', 'origin', 'https://git.example.com/dev/shop.git');
  write(
    `${name}/.git/hooks/pre-commit`,
    '#!/bin/sh\nnode test/total.test.js >/dev/null && git diff --cached --name-only | wc -l >/dev/null\n',
    true,
  );
  git('add', '-A');
  git('commit', '-q', '--no-verify', '-m', 'first');
}

const LANGUAGE_SERVER = `#!/usr/bin/env node
process.stdin.resume().on('end', () => process.exit(0));
setInterval(() => {}, 1000);
`;

/** Answers nothing, but looks at the repository now and then, as servers do. */
const MCP_SERVER = `import { execFile } from 'node:child_process';
process.stdin.resume().on('end', () => process.exit(0));
process.stdin.on('data', () => execFile('git', ['log', '--oneline', '-3'], () => {}));
`;
