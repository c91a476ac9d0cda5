import { expect, it } from 'vitest';
import { secretMount } from '../../../../collector/rules/shared/secret-mounts.ts';

const severity = (line: string): string | undefined => secretMount(line.split(' '))?.severity;

it.each([
  ['run -v ~/.ssh:/k alpine cat /k/id_rsa', 'high'],
  ['run --rm -v $HOME/.aws:/a alpine tar cz /a', 'high'],
  ['run -v ~/.ssh:/root/.ssh acme/tool', 'medium'],
  ['run --mount type=bind,src=/Users/ana/.codex,target=/c acme/tool', 'medium'],
  ['run -v C:\\Users\\ana\\.gnupg:/g acme/tool', 'medium'],
  ['run -v ~/.kube:/root/.kube acme/console', 'low'],
  ['run -v ~/.ssh:/root/.ssh -v $PWD:/app node:24 npm ci', 'low'],
  ['run -v ~/.aws:/root/.aws:ro amazon/aws-cli:2 s3 ls', 'low'],
])('%s is %s', (line, expected) => {
  expect(severity(line)).toBe(expected);
});

it.each([
  'run -v $PWD:/app -w /app node:24 npm test',
  'run -v ~/.ssh/known_hosts:/etc/ssh/ssh_known_hosts acme/tool',
  'run -v ~/.ssh/id_rsa.pub:/k acme/tool',
  'run -v ~/src/shop:/src acme/tool',
  'run -v /srv/.ssh-images:/x acme/tool',
  'run -v data:/var/lib/x postgres:17',
  'run acme/tool cat /root/.ssh/id_rsa',
])('%s is nothing', (line) => {
  expect(severity(line)).toBeUndefined();
});

it('takes no time for mounts that are made to be slow', () => {
  const startMs = performance.now();
  secretMount([
    'run',
    ...Array.from({ length: 500 }, () => ['-v', `/home/${'a'.repeat(2_000)}`]).flat(),
    'x',
  ]);
  secretMount(['run', '-v', `~/.aws:${'/x '.repeat(100_000)}`, '--mount', 'source=,'.repeat(50_000)]);
  expect(performance.now() - startMs).toBeLessThan(2_000);
});
