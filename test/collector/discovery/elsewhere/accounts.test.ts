import { describe, expect, it } from 'vitest';
import { readAccounts } from '../../../../collector/discovery/elsewhere/accounts.ts';

describe('readAccounts', () => {
  it('keeps people, root and build runners, and leaves out services', () => {
    const passwd = [
      'root:x:0:0:root:/root:/bin/bash',
      'daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin',
      'jenkins:x:113:120::/var/lib/jenkins:/bin/bash',
      'gitlab-runner:x:998:998::/home/gitlab-runner:/bin/bash',
      'ana:x:1000:1000:Ana,,,:/home/ana/:/bin/zsh',
      'bob:x:1001:1001::/home/bob:/bin/bash',
      'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin',
    ].join('\n');
    expect(readAccounts(passwd).map(({ name, uid, home }) => `${name} ${uid} ${home}`)).toEqual([
      'root 0 /root',
      'jenkins 113 /var/lib/jenkins',
      'gitlab-runner 998 /home/gitlab-runner',
      'ana 1000 /home/ana',
      'bob 1001 /home/bob',
    ]);
  });

  it('makes nothing of lines that lead anywhere else', () => {
    const passwd = [
      '',
      ':::::',
      'up:x:1000:1000::/home/../etc:/bin/sh',
      'all:x:1000:1000::/:/bin/sh',
      'half:x:1000',
      'relative:x:1000:1000::home/x:/bin/sh',
      'big:x:99999999999:1::/home/big:/bin/sh',
      '../evil:x:1000:1000::/home/evil:/bin/sh',
    ].join('\n');
    expect(readAccounts(passwd)).toEqual([]);
    expect(readAccounts(`${'x'.repeat(2_000_000)}\n`)).toEqual([]);
  });
});
