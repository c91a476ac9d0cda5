import { afterEach, describe, expect, it } from 'vitest';
import { originRemote } from '../../../collector/discovery/asset-origin.ts';
import { discoverHome } from '../../support/discover-home.ts';
import { buildHome, type HomeBuilder } from '../../support/home-builder.ts';

const homes: HomeBuilder[] = [];
function home(): HomeBuilder {
  const built = buildHome();
  homes.push(built);
  return built;
}
afterEach(() => {
  for (const built of homes.splice(0)) built.remove();
});

describe('originRemote', () => {
  it.each([
    ['https://github.com/acme/shop.git', 'github.com/acme/shop'],
    ['https://jane:secret@git.example.com/acme/shop', 'git.example.com/acme/shop'],
    ['git@github.com:acme/shop.git', 'github.com/acme/shop'],
    ['ssh://git@git.example.com:2222/acme/shop.git', 'git.example.com/acme/shop'],
  ])('%s comes from %s', (url, expected) => {
    expect(
      originRemote(
        `[core]\n\tbare = false\n[remote "origin"]\n\turl = ${url}\n\tfetch = x\n[branch "main"]\n`,
      ),
    ).toBe(expected);
  });

  it('says nothing of other remotes, folders and nonsense', () => {
    for (const text of [
      '',
      '[remote "fork"]\n\turl = https://a.example.com/x',
      '[remote "origin"]\n',
      '[remote "origin"]\n\turl = ../x',
      `[remote "origin"]\n${'x'.repeat(100_000)}`,
    ])
      expect(originRemote(text)).toBeUndefined();
  });
});

describe('assets', () => {
  it('tell where they came from, and what the agent wrote itself', async () => {
    const jane = home();
    const shop = jane.project('shop').text('AGENTS.md', 'Run the tests.');
    shop.text('.git/config', '[remote "origin"]\n\turl = git@github.com:acme/shop.git\n');
    jane
      .json('.codex/config.toml', {})
      .text('.codex/config.toml', `[projects."${shop.dir}"]\ntrust_level = "trusted"\n`);
    jane
      .text('.claude/plugins/cache/tools/lint/1.0.0/skills/lint/SKILL.md', '# lint')
      .text('.claude/skills/own/SKILL.md', '# own')
      .text('.codex/memories/a.md', 'likes tea')
      .json('.claude/plugins/known_marketplaces.json', {
        tools: { source: { source: 'github', repo: 'acme/tools' } },
        own: { source: { source: 'git', url: 'https://jane:pw@git.example.com/own.git' } },
        broken: {},
      });
    const { assets } = await discoverHome(jane);
    const told = Object.fromEntries(
      assets.map(({ kind, name, origin, memory }) => [
        `${kind} ${name}`,
        memory === true ? 'memory' : origin,
      ]),
    );
    expect(told).toMatchObject({
      'instructions AGENTS': 'git:github.com/acme/shop',
      'skill own': undefined,
      'skill lint': 'marketplace:tools',
      'instructions a': 'memory',
      'marketplace tools': 'github.com/acme/tools',
      'marketplace own': 'https://git.example.com/own.git',
    });
    expect(Object.keys(told)).not.toContain('marketplace broken');
  });
});
