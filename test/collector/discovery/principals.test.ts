import { symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Principal } from '../../../collector/contract/identity.ts';
import { parseIni } from '../../../collector/discovery/principals-ini.ts';
import { hostOf, programOf } from '../../../collector/discovery/principals-source.ts';
import { readPrincipals } from '../../../collector/discovery/principals.ts';
import { redactText } from '../../../collector/pipeline/secrets/index.ts';
import { PLANTED, writeFullHome } from '../../fixtures/principals/full-home.ts';
import { buildHome, type HomeBuilder } from '../../support/home-builder.ts';
import { expectLinear } from '../../support/linear.ts';

const homes: HomeBuilder[] = [];
afterEach(() => {
  for (const home of homes.splice(0)) home.remove();
});

function make(...args: Parameters<typeof buildHome>): HomeBuilder {
  const home = buildHome(...args);
  homes.push(home);
  return home;
}

async function read(home: HomeBuilder, own = true) {
  const unread: string[] = [];
  const principals = await readPrincipals({
    homes: [home.context],
    ...(own ? { ownHome: home.context.home } : {}),
    redact: redactText,
    fingerprint: (value) => `fp_${String(value.length)}`,
    onUnread: (path, reason) => unread.push(`${path.replace(home.dir, '~')}: ${reason}`),
  });
  return {
    principals,
    unread,
    of: (kind: Principal['kind']) => principals.filter((principal) => principal.kind === kind),
    named: (kind: Principal['kind'], name: string) =>
      principals.find((principal) => principal.kind === kind && principal.name === name),
  };
}

async function readFull() {
  const home = make();
  writeFullHome(home);
  return read(home);
}

describe('readPrincipals', () => {
  it('answers in the shape of the contract, with unique ids that stay the same', async () => {
    const home = make();
    writeFullHome(home);
    const first = await read(home);
    expect(first.principals.map((principal) => Principal.parse(principal))).toEqual(first.principals);
    expect(new Set(first.principals.map(({ id }) => id)).size).toBe(first.principals.length);
    expect((await read(home)).principals).toEqual(first.principals);
    expect(first.unread).toEqual([]);
  });

  it('keeps no secret of any file', async () => {
    const text = JSON.stringify((await readFull()).principals);
    for (const [name, secret] of Object.entries(PLANTED)) expect(text, name).not.toContain(secret);
    expect(text).not.toContain('user:pw');
  });

  it('joins AWS profiles with their login, their key and the profile they borrow from', async () => {
    const { named } = await readFull();
    expect(named('aws-profile', 'default')).toMatchObject({
      isDefault: true,
      region: 'eu-west-1',
      proof: 'static-key',
      keyFingerprint: 'fp_20',
    });
    expect(named('aws-profile', 'shop-prod')).toMatchObject({
      account: '111122223333',
      role: 'Administrator',
      region: 'eu-central-1',
      via: 'acme',
      proof: 'sso',
      isDefault: false,
      production: true,
      expiresMs: Date.parse('2026-11-22T12:00:00Z'),
    });
    expect(named('aws-profile', 'deploy')).toMatchObject({
      account: '444455556666',
      role: 'ci/Deploy',
      via: 'default',
      proof: 'assumed-role',
    });
    expect(named('aws-profile', 'broker')).toMatchObject({ via: 'get-keys', proof: 'program' });
    expect(named('aws-profile', 'legacy')).toMatchObject({ proof: 'static-key' });
    expect(named('aws-sso-session', 'acme')).toMatchObject({ host: 'acme.example.com', region: 'eu-west-1' });
  });

  it('reads gcloud configurations, the active one, and the default credentials by type and account', async () => {
    const { named, of } = await readFull();
    expect(named('gcloud-configuration', 'work')).toMatchObject({
      user: 'ana@example.com',
      account: 'shop-staging',
      isDefault: true,
      production: false,
    });
    expect(named('gcloud-configuration', 'live')).toMatchObject({
      user: 'deploy@shop-live.iam.example.com',
      via: 'ana@example.com',
      production: true,
      isDefault: false,
    });
    expect(of('gcloud-adc')).toMatchObject([
      { user: 'robot@shop-live.iam.example.com', scope: 'service_account', proof: 'static-key' },
    ]);
  });

  it('reads Azure subscriptions behind a byte order mark', async () => {
    expect((await readFull()).of('azure-subscription')).toMatchObject([
      { name: 'Shop Production', user: 'ana@example.com', isDefault: true, production: true },
      { name: 'Sandbox', isDefault: false, production: false },
    ]);
  });

  it('reads Kubernetes contexts with their server, longer than the YAML bound because of certificates', async () => {
    const home = make();
    const clusters = Array.from(
      { length: 60 },
      (_, n) =>
        `- name: c${n}\n  cluster:\n    server: https://c${n}.example.com\n    certificate-authority-data: ${'QUJD'.repeat(500)}\n`,
    ).join('');
    home.text(
      '.kube/config',
      `current-context: two\nclusters:\n${clusters}contexts:\n- {name: one, context: {cluster: c1, user: u}}\n- {name: two, context: {cluster: c59, user: u, namespace: shop}}\n`,
    );
    expect((await read(home)).of('kube-context')).toMatchObject([
      { name: 'one', host: 'c1.example.com', isDefault: false },
      { name: 'two', host: 'c59.example.com', scope: 'shop', isDefault: true },
    ]);
    expect((await readFull()).named('kube-context', 'staging')).toMatchObject({
      host: 'staging.k8s.example.com:6443',
      account: 'staging-cluster',
    });
  });

  it('takes every file of KUBECONFIG, and the first one that names a context', async () => {
    const home = make();
    home.text('a.yaml', 'current-context: x\ncontexts:\n- {name: x, context: {cluster: first}}\n');
    home.text(
      'b.yaml',
      'current-context: y\ncontexts:\n- {name: x, context: {cluster: second}}\n- {name: y, context: {cluster: c}}\n',
    );
    const context = { ...home.context, env: { KUBECONFIG: `${home.at('a.yaml')}:${home.at('b.yaml')}:` } };
    const found = await readPrincipals({ homes: [context], ownHome: home.dir, redact: (text) => text });
    expect(found).toMatchObject([
      { name: 'x', account: 'first', isDefault: true },
      { name: 'y', isDefault: false },
    ]);
  });

  it('reads logins at code hosts and says where their token is', async () => {
    const { of } = await readFull();
    expect(of('github-login')).toMatchObject([
      { name: 'ana-dev', host: 'github.com', isDefault: true, proof: 'token-in-file', scope: 'https' },
      { name: 'ana-bot', host: 'github.com', isDefault: false, proof: 'keyring' },
      { name: 'ana', host: 'ghe.example.com', isDefault: true, proof: 'keyring' },
    ]);
    expect(of('gitlab-login')).toMatchObject([
      { name: 'ana', host: 'gitlab.example.com', isDefault: true, proof: 'token-in-file' },
    ]);
  });

  it('reads git identities, helpers by program only, and stored hosts', async () => {
    const { of } = await readFull();
    expect(of('git-identity')).toMatchObject([
      { name: 'Ana Example', user: 'ana@example.com', isDefault: true },
      { user: 'ana@work.example.com', isDefault: false },
    ]);
    expect(of('git-credential').map(({ name, host, user }) => [name, host, user])).toEqual([
      ['store', undefined, undefined],
      ['gh', 'github.com', undefined],
      ['x', 'code.example.com', undefined],
      ['store', 'code.example.com', 'ana'],
    ]);
  });

  it('reads registries that something can sign in to', async () => {
    const { of, named } = await readFull();
    expect(of('npm-registry')).toMatchObject([
      { name: 'registry.npmjs.org', isDefault: true, proof: 'token-in-file' },
      { name: 'npm.example.com', isDefault: false, proof: 'ambient', scope: '@acme' },
    ]);
    expect(named('pypi-registry', 'pypi')).toMatchObject({
      host: 'upload.pypi.org',
      proof: 'password-in-file',
    });
    expect(named('pypi-registry', 'internal')).toMatchObject({ host: 'pypi.example.com', proof: 'keyring' });
    expect(named('pypi-registry', 'pypi.example.com')).toMatchObject({ user: 'reader' });
    expect(of('docker-registry')).toMatchObject([
      { name: 'docker.io', isDefault: true, proof: 'password-in-file' },
      { name: 'ghcr.example.com', proof: 'keyring', via: 'docker-credential-desktop' },
      { via: 'docker-credential-ecr-login' },
    ]);
  });

  it('reads ssh aliases without patterns, and the files they include', async () => {
    expect(
      (await readFull()).of('ssh-host').map(({ name, host, user, via }) => [name, host, user, via]),
    ).toEqual([
      ['web1', '192.0.2.10', 'deploy', undefined],
      ['web-prod', '192.0.2.10', 'deploy', undefined],
      ['db', 'db.example.com', undefined, 'web1'],
    ]);
  });

  it('reads Terraform hosts, the Vault address, netrc and database logins', async () => {
    const { of } = await readFull();
    expect(of('terraform-host').map(({ name }) => name)).toEqual(['app.terraform.io', 'tf.example.com']);
    expect(of('vault-server')).toMatchObject([{ name: 'vault.example.com:8200', proof: 'token-in-file' }]);
    expect(of('netrc-host')).toMatchObject([{ name: 'api.example.com', user: 'ana' }]);
    expect(of('database-login').map(({ name }) => name)).toEqual(['app@db.example.com/shop', 'dba@*']);
  });

  it('finds each product where macOS and Windows keep it', async () => {
    const mac = make('darwin');
    mac.text('Library/Application Support/glab-cli/config.yml', 'hosts:\n  gitlab.com:\n    user: ana\n');
    mac.text(
      'Library/Application Support/pip/pip.conf',
      '[global]\nindex-url = https://ana@pypi.example.com/\n',
    );
    mac.text('.config/gh/hosts.yml', 'github.com:\n  user: ana\n');
    expect((await read(mac)).principals.map(({ kind }) => kind)).toEqual([
      'github-login',
      'gitlab-login',
      'pypi-registry',
    ]);
    const windows = make('win32');
    windows.text('AppData/Roaming/GitHub CLI/hosts.yml', 'github.com:\n  user: ana\n');
    windows.text(
      'AppData/Roaming/gcloud/configurations/config_default',
      '[core]\naccount = ana@example.com\n',
    );
    windows.text('AppData/Local/glab-cli/config.yml', 'hosts:\n  gitlab.com:\n    user: ana\n');
    windows.text('AppData/Roaming/postgresql/pgpass.conf', 'db:5432:shop:app:x\n');
    windows.text('AppData/Roaming/terraform.rc', 'credentials "tf.example.com" {}\n');
    windows.text('_netrc', 'machine api.example.com login ana');
    expect((await read(windows)).principals.map(({ kind }) => kind)).toEqual([
      'gcloud-configuration',
      'github-login',
      'gitlab-login',
      'terraform-host',
      'netrc-host',
      'database-login',
    ]);
  });

  it('looks where a variable says', async () => {
    const home = make();
    home.text('elsewhere/config', '[profile moved]\nregion=x\n');
    const context = { ...home.context, env: { AWS_CONFIG_FILE: home.at('elsewhere/config') } };
    const found = await readPrincipals({ homes: [context], ownHome: home.dir, redact: (text) => text });
    expect(found).toMatchObject([{ kind: 'aws-profile', name: 'moved' }]);
  });

  it('leaves fingerprints out without a key', async () => {
    const home = make();
    writeFullHome(home);
    const found = await readPrincipals({ homes: [home.context], redact: redactText });
    expect(found.some(({ keyFingerprint }) => keyFingerprint !== undefined)).toBe(false);
    expect(found.length).toBeGreaterThan(30);
  });
});

describe('hostile homes', () => {
  it('is not held up by pipes, and reads no folder or giant for a file', async () => {
    const home = make();
    home
      .fifo('.aws/config')
      .folder('.gitconfig')
      .text('.npmrc', '')
      .text('.netrc', 'machine api.example.com login ana');
    truncateSync(home.at('.npmrc'), 3 * 1024 ** 3);
    const found = await read(home);
    expect(found.principals).toMatchObject([{ kind: 'netrc-host' }]);
    expect(found.unread.sort()).toEqual([
      '~/.aws/config: not-a-file',
      '~/.gitconfig: not-a-file',
      '~/.npmrc: too-large',
    ]);
  });

  it('follows links of the own home only', async () => {
    const victim = make();
    victim.text('secret', 'machine intranet.example.com login admin password x');
    const home = make();
    symlinkSync(victim.at('secret'), home.at('.netrc'));
    expect((await read(home, false)).principals).toEqual([]);
    expect((await read(home, false)).unread).toEqual(['~/.netrc: link-refused']);
    expect((await read(home, true)).principals).toMatchObject([{ host: 'intranet.example.com' }]);
  });

  it('does not run in circles of includes, nor out of a foreign home', async () => {
    const home = make();
    home.text(
      '.gitconfig',
      '[include]\npath = ~/.gitconfig\n[include]\npath = /etc/passwd\n[include]\npath = other\n[user]\nname = A\n',
    );
    home.text('other', '[include]\npath = ../../../../../../etc/hosts\n[include]\npath = .gitconfig\n');
    home.text('.ssh/config', `Include config\n${'Include ../.ssh/config\n'.repeat(50)}Host a\n`);
    const found = await read(home, false);
    expect(found.principals).toMatchObject([
      { kind: 'git-identity', name: 'A' },
      { kind: 'ssh-host', name: 'a' },
    ]);
    expect(found.unread.some((line) => line.includes('passwd: link-refused'))).toBe(true);
  });

  it('survives deep, wide and broken documents', async () => {
    const home = make();
    home.text('.docker/config.json', '['.repeat(200_000));
    home.text('.kube/config', `a: ${'['.repeat(5_000)}`);
    home.text('.config/gh/hosts.yml', '&a [*a, *a]\n- x: {\n');
    home.text('.azure/azureProfile.json', '{"subscriptions":[{"id":"1","name":"half"');
    home.text('.aws/config', Array.from({ length: 5_000 }, (_, n) => `[profile p${n}]\n`).join(''));
    home.text('.config/gcloud/configurations/config_x', Buffer.from([0xff, 0xfe, 0x00, 0x5b]));
    const found = await read(home);
    expect(found.of('aws-profile').length).toBeLessThanOrEqual(2_000);
    expect(found.of('azure-subscription').length).toBeLessThanOrEqual(1);
  });

  it('hides a secret that stands where a name belongs', async () => {
    const home = make();
    home.text('.aws/config', `[profile ${PLANTED.ghToken}]\nregion = ${PLANTED.npmToken}\n`);
    home.text('.netrc', `machine api.example.com login ${PLANTED.glToken}`);
    const text = JSON.stringify((await read(home)).principals);
    for (const secret of [PLANTED.ghToken, PLANTED.npmToken, PLANTED.glToken])
      expect(text).not.toContain(secret);
  });

  it('never throws and never answers out of shape, whatever a file holds', async () => {
    const home = make();
    const places = [
      '.aws/config',
      '.aws/credentials',
      '.kube/config',
      '.config/gh/hosts.yml',
      '.gitconfig',
      '.npmrc',
      '.pypirc',
      '.docker/config.json',
      '.ssh/config',
      '.netrc',
      '.pgpass',
      '.git-credentials',
    ];
    for (const place of places) home.text(place, '');
    const word = fc.constantFrom(
      '[',
      ']',
      '=',
      ':',
      '\n',
      ' ',
      '"',
      '//',
      '@',
      'machine',
      'Host',
      'profile x',
      'helper',
      '{',
      '}',
      '- ',
      'user',
      'auths',
      '\u0000',
      '\u202e',
      'https://a:b@c',
      'name',
      '__proto__',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(word, fc.string({ maxLength: 8 })), { maxLength: 40 }),
        async (words) => {
          for (const place of places) writeFileSync(home.at(place), words.join(''));
          for (const principal of (await read(home)).principals)
            expect(Principal.parse(principal)).toEqual(principal);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('parts', () => {
  it('reads INI of several dialects', () => {
    expect(
      parseIni('a = 1\n[x "y"]\nk= "q v" \nk = 2 # note\n;c\nempty =\n  inner = 3\nlast=4\n'),
    ).toMatchObject([
      { name: '', all: [['a', '1']] },
      {
        name: 'x "y"',
        all: [
          ['k', 'q v'],
          ['k', '2'],
          ['last', '4'],
        ],
      },
    ]);
  });

  it('is linear on lines that are almost something', () => {
    expectLinear((size) => {
      parseIni(`${' '.repeat(3 * size)}=`);
      parseIni('[\n'.repeat(size));
      parseIni(`[a]\n${'x=#'.repeat(size)}`);
    }, 300_000);
  });

  it.each([
    ['https://u:p@Example.com:8443/x?y', 'example.com:8443'],
    ['example.com', 'example.com'],
    ['https://[2001:db8::1]/', '[2001:db8::1]'],
    ['not a host', undefined],
    ['', undefined],
  ])('takes the host of %s', (text, host) => {
    expect(hostOf(text)).toBe(host);
  });

  it.each([
    ['!/usr/bin/gh auth git-credential', 'gh'],
    ['osxkeychain', 'osxkeychain'],
    ['C:\\tools\\gcm.exe get', 'gcm.exe'],
    ['!f() { echo password=x; }; f', 'shell command'],
  ])('names the program of %s', (text, name) => {
    expect(programOf(text)).toBe(name);
  });
});
