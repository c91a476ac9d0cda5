import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Config, DEFAULT_CONFIG } from '../../../collector/contract/config.ts';

it('documents every setting', () => {
  const page = readFileSync(new URL('../../../docs/settings.md', import.meta.url), 'utf8');
  for (const [group, keys] of Object.entries(DEFAULT_CONFIG)) {
    for (const key of Object.keys(keys)) expect(page).toContain(`\`${group}.${key}\``);
  }
});

it('fills in what a file leaves out and refuses what is no setting value', () => {
  expect(Config.parse({ reporting: { endpoint: 'https://siem.example.com:4318' } }).retention.days).toBe(90);
  expect(Config.safeParse({ reporting: { endpoint: 'file:///etc/passwd' } }).success).toBe(false);
  expect(Config.safeParse({ reporting: { mode: 'everything' } }).success).toBe(false);
});
