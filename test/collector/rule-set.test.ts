import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadRuleSet, rulesOf } from '../../collector/rule-set.ts';
import { RULES } from '../../collector/rules/index.ts';
import { tempDir } from '../support/temp.ts';

const rule = (id: string): string => `title: A rule called ${id}
id: ${id}
description: Says something.
level: low
match: tool.category == "shell"
examples:
  hit: [{ name: a, calls: [{ shell: ls }] }]
  miss: [{ name: b, calls: [{ read: /etc/hosts }] }]
`;

it('reads every file of its folders, and changes only when a file does', async () => {
  const dir = tempDir();
  const [managed, own] = [join(dir, 'managed'), join(dir, 'own')];
  expect((await loadRuleSet([managed, own])).rules).toBe(RULES);
  mkdirSync(managed);
  mkdirSync(own);
  writeFileSync(join(managed, 'a.yml'), `${rule('acme.a')}---\n${rule('acme.b')}`);
  writeFileSync(join(own, 'b.yaml'), rule('acme.c'));
  writeFileSync(join(own, 'notes.txt'), 'no rule');
  const first = await loadRuleSet([managed, own]);
  expect(first.organisation.map((one) => one.rule.id)).toEqual(['acme.a', 'acme.b', 'acme.c']);
  expect(first.problems).toEqual([]);
  expect(await loadRuleSet([managed, own], first)).toBe(first);
  expect((await rulesOf(first.sources)).rules.map(({ id }) => id)).toEqual(first.rules.map(({ id }) => id));
  rmSync(join(own, 'b.yaml'));
  expect((await loadRuleSet([managed, own], first)).organisation).toHaveLength(2);
});

it('refuses links, big files, files for everybody, and ids that are taken; the rest works', async () => {
  const dir = tempDir();
  writeFileSync(join(dir, 'a.yml'), rule('acme.a'));
  writeFileSync(join(dir, 'b.yml'), rule('acme.a'));
  writeFileSync(join(dir, 'c.yml'), rule(RULES[0]!.id));
  writeFileSync(join(dir, 'd.yml'), `# ${'x'.repeat(300_000)}`);
  writeFileSync(join(dir, 'e.yml'), rule('acme.e'));
  chmodSync(join(dir, 'e.yml'), 0o666);
  symlinkSync('/etc/shadow', join(dir, 'f.yml'));
  const { organisation, problems } = await loadRuleSet([dir]);
  expect(organisation.map((one) => one.rule.id)).toEqual(['acme.a']);
  expect(problems.map(({ path, reason }) => [path.slice(dir.length + 1), reason])).toEqual([
    ['d.yml', 'larger than 256 KiB'],
    ['e.yml', 'everybody may write to it; run chmod o-w'],
    ['f.yml', 'is not an ordinary file; links are not followed'],
    ['b.yml', `id: acme.a is taken by ${join(dir, 'a.yml')}`],
    ['c.yml', `id: ${RULES[0]!.id} is taken by a built-in rule`],
  ]);
});
