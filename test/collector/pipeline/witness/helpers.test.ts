import { describe, expect, it } from 'vitest';
import { Configured } from '../../../../collector/pipeline/witness/configured.ts';
import { helperReason, isOpenShell } from '../../../../collector/pipeline/witness/helpers.ts';
import { expectLinear } from '../../../support/linear.ts';

const run = (line: string) => ({
  pid: 1,
  startTimeMs: 1,
  parentPid: 1,
  name: line.split(' ')[0] ?? '',
  argv: line.split(' '),
});

describe('helpers', () => {
  it.each([
    'git --no-optional-locks status --porcelain',
    'git -C /w diff --stat',
    'rg --files .',
    '/bin/sh /usr/bin/which rg',
    'gh pr view --json state',
    'npm view @example/agent version',
    'tmux display-message -p #S',
    'gopls',
    'node /w/node_modules/typescript/lib/tsserver.js --useNodeIpc',
    'env -0',
    '/usr/bin/printenv',
  ])('are known: %s', (line) => {
    expect(helperReason(run(line), 'claude-code')).toBeDefined();
  });

  it.each([
    'git -c core.pager=/tmp/x status',
    'git diff --ext-diff',
    'git push origin main',
    'rg --pre /tmp/x y',
    'gh repo delete a/b',
    'npm install x',
    'defaults write com.apple.x y',
    'osascript -e do shell script "x"',
    'curl https://example.com',
    'sh /tmp/which-not',
    'env -i /tmp/x',
    'env CURL=1 curl https://example.com',
  ])('are not: %s', (line) => {
    expect(helperReason(run(line), 'claude-code')).toBeUndefined();
  });

  it('are known by the title that a package manager gives itself', () => {
    const titled = (title: string, executable = '/usr/bin/node') => ({
      ...run('x'),
      argv: [title, ''],
      executable,
    });
    for (const title of ['npm', 'npm root', 'npm config get prefix', 'pnpm list'])
      expect(helperReason(titled(title), 'claude-code'), title).toBeDefined();
    for (const title of ['npm install x', 'npm exec y', 'git status', 'curl'])
      expect(helperReason(titled(title), 'claude-code'), title).toBeUndefined();
    expect(helperReason(titled('npm root', '/bin/bash'), 'claude-code')).toBeUndefined();
  });

  it('take linear time on hostile arguments', () => {
    expectLinear((size) => {
      helperReason(run(`caffeinate ${'-a'.repeat(size)} x`), 'claude-code');
    }, 200_000);
  });
});

describe('an open shell', () => {
  it('is one that reads commands, not one that was given some or of which nothing is known', () => {
    expect(isOpenShell(run('bash'))).toBe(true);
    expect(isOpenShell(run('-zsh'))).toBe(true);
    expect(isOpenShell(run('bash -l -i'))).toBe(true);
    expect(isOpenShell(run('bash -c ls'))).toBe(false);
    expect(isOpenShell({ ...run('bash'), argv: [] })).toBe(false);
  });
});

describe('configured programs', () => {
  const configured = new Configured([
    ['npx -y @example/notes --root /w', { kind: 'mcp-server', name: 'notes' }],
    ['/home/ana/hooks/format.sh "$FILE"', { kind: 'hook', name: 'PostToolUse' }],
  ]);

  it.each([
    ['npx -y @example/notes --root /w', 'notes'],
    ['/usr/bin/npx -y @example/notes --root /w', 'notes'],
    ['node /usr/bin/npx -y @example/notes --root /w', 'notes'],
  ])('are found: %s', (line, name) => {
    expect(configured.partOf(run(line))?.name).toBe(name);
  });

  it('are found in the shell that runs them', () => {
    const process = { ...run('sh'), argv: ['sh', '-c', "/home/ana/hooks/format.sh '$FILE'"] };
    expect(configured.partOf(process)).toEqual({ kind: 'hook', name: 'PostToolUse' });
  });

  it('are not others that look alike', () => {
    expect(configured.partOf(run('npx -y @example/notes-evil --root /w'))).toBeUndefined();
    expect(new Configured().partOf(run('npx'))).toBeUndefined();
  });
});
