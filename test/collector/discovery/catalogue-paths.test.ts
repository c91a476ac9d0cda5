import { describe, expect, it } from 'vitest';
import { AGENTS } from '../../../collector/agents/index.ts';
import { createCataloguePaths } from '../../../collector/discovery/catalogue-paths.ts';

describe('createCataloguePaths', () => {
  const paths = createCataloguePaths(AGENTS, { platform: 'linux', home: '/home/jane', env: {} });
  const projects = ['/work/shop'];

  it.each([
    '/home/jane/.claude.json',
    '/home/jane/.claude',
    '/home/jane/.claude/skills/deploy',
    '/home/jane/.claude/skills/deploy/SKILL.md',
    '/home/jane/.cursor/mcp.json',
    '/home/jane/.zshrc',
    '/work/shop/.mcp.json',
    '/work/shop/AGENTS.md',
    '/work/shop/.cursor',
    '/work/shop/.vscode/mcp.json',
  ])('%s concerns an agent', (path) => {
    expect(paths.concerns(path, projects)).toBe(true);
  });

  it.each([
    '/home/jane/notes.txt',
    '/home/jane/.claude/history.jsonl',
    '/home/jane/.bash_history',
    '/work/shop/src',
    '/work/shop/src/index.ts',
    '/work/shop/README.md',
    '/work/other/.mcp.json',
    '/etc/passwd',
  ])('%s does not', (path) => {
    expect(paths.concerns(path, projects)).toBe(false);
  });
});
