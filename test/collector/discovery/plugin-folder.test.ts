import { symlinkSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { treeFolderOf } from '../../../collector/discovery/skill-folder.ts';
import { discoverHome } from '../../support/discover-home.ts';
import { buildHome, type HomeBuilder } from '../../support/home-builder.ts';

let jane: HomeBuilder | undefined;
afterEach(() => jane?.remove());

const LINT = '.claude/plugins/cache/market/lint/1.0.0';

async function treeOf(home: HomeBuilder): Promise<string | undefined> {
  const { assets } = await discoverHome(home);
  const plugins = assets.filter(({ kind }) => kind === 'plugin');
  expect(plugins).toHaveLength(1);
  return plugins[0]?.treeSha256;
}

it('the hash of a plug-in is about its folder, not about its manifest alone', async () => {
  jane = buildHome();
  jane.json(`${LINT}/.claude-plugin/plugin.json`, { name: 'lint' });
  jane.text(`${LINT}/scripts/check.sh`, 'npm test');
  const before = await treeOf(jane);
  expect(before).toMatch(/^[0-9a-f]{64}$/);
  expect(await treeOf(jane)).toBe(before);
  jane.text(`${LINT}/scripts/check.sh`, 'npm test; id');
  const after = await treeOf(jane);
  expect(after).not.toBe(before);
  // A link counts by where it leads; what is there is not read.
  symlinkSync('/etc', jane.at(`${LINT}/etc`));
  expect(await treeOf(jane)).not.toBe(after);
});

it('a plug-in that holds more than is looked at has no such hash', async () => {
  jane = buildHome();
  jane.json(`${LINT}/.claude-plugin/plugin.json`, { name: 'lint' });
  for (let n = 0; n < 301; n++) jane.text(`${LINT}/many/${String(n)}.txt`, '');
  expect(await treeOf(jane)).toBeUndefined();
});

it('the folder is the one above the manifest, wherever that lies', () => {
  expect(treeFolderOf('/p/lint/.claude-plugin/plugin.json')).toBe('/p/lint');
  expect(treeFolderOf('/p/lint/plugin.json')).toBe('/p/lint');
  expect(treeFolderOf('/p/deploy/SKILL.md')).toBe('/p/deploy');
});
