import { afterEach, expect, it } from 'vitest';
import { parseGitConfig, readGitEmails } from '../../../collector/platform/git-identity.ts';
import { buildHome, type HomeBuilder } from '../../support/home-builder.ts';

let jane: HomeBuilder | undefined;
afterEach(() => jane?.remove());

it('reads addresses from the configuration and what it includes', () => {
  jane = buildHome()
    .text('.config/git/config', '[user]\nemail = xdg@example.com\n')
    .text(
      '.gitconfig',
      '[user]\n  name = Jane\n  email = "jane@example.com" # work\n[include]\n  path = ~/.git-private\n[includeIf "gitdir:~/oss/"]\n  path = oss.inc\n',
    )
    .text('.git-private', '[user]\nemail=me@example.org\n[include]\npath = .git-private\n')
    .text('oss.inc', '[USER]\nEmail = oss@example.org\n');
  expect(readGitEmails(jane.dir)).toEqual([
    'xdg@example.com',
    'jane@example.com',
    'me@example.org',
    'oss@example.org',
  ]);
});

it('takes only the user section for the user', () => {
  expect(
    parseGitConfig(
      '[author]\nemail = a@example.com\n[user "x"]\n;email = b@example.com\n[commit]\nemail=c@example.com',
    ),
  ).toEqual({ emails: [], includes: [] });
});

it('answers with nothing when there is nothing to read', () => {
  jane = buildHome().fifo('.gitconfig').folder('.config/git/config');
  expect(readGitEmails(jane.dir)).toEqual([]);
});
