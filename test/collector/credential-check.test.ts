import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { checkCredential, type CheckOptions } from '../../collector/credential-check.ts';
import type { Credential } from '../../collector/contract/agent.ts';
import { readCredentialValue } from '../../collector/discovery/credential-value.ts';
import { findSecrets } from '../../collector/pipeline/secrets/index.ts';
import { discoverHome } from '../support/discover-home.ts';
import { buildHome, type HomeBuilder } from '../support/home-builder.ts';

const TOKEN = ['ghp', 'aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5'].join('_');
const OTHER = ['ghp', 'zZ3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5'].join('_');
const GITLAB = ['glpat', 'aB3dE5fG7hJ9kL1mN3pQ'].join('-');
const fingerprint = (value: string): string =>
  createHash('sha256').update(`key${value}`).digest('hex').slice(0, 16);

const homes: HomeBuilder[] = [];
function home(): HomeBuilder {
  const built = buildHome();
  homes.push(built);
  return built;
}
afterEach(() => {
  for (const built of homes.splice(0)) built.remove();
});
const servers = (env: object, more: object = {}): object => ({
  mcpServers: { a: { command: 'x', env, ...more } },
});

describe('readCredentialValue', () => {
  it('reads the very value from every kind of place', async () => {
    const jane = home()
      .json('.cursor/mcp.json', servers({ GH_TOKEN: TOKEN }))
      .json('.gemini/settings.json', {
        mcpServers: {
          b: { httpUrl: 'https://b.example.com', headers: { Authorization: `Bearer ${TOKEN}` } },
        },
      })
      .text('.codex/config.toml', `[mcp_servers.c]\ncommand = "c"\nargs = ["--token=${TOKEN}"]\n`)
      .text('.zshrc', `# mine\nexport GITHUB_TOKEN="${TOKEN}"\nexport COPILOT_GITHUB_TOKEN=${TOKEN}\n`);
    const { credentials } = await discoverHome(jane);
    expect(credentials.length).toBeGreaterThanOrEqual(4);
    for (const credential of credentials)
      expect(readCredentialValue(credential, { fingerprint, findSecrets }), credential.location.path).toEqual(
        { ok: true, value: TOKEN },
      );
  });

  it('reads no other value than the one that was seen', async () => {
    const jane = home().json('.cursor/mcp.json', servers({ GH_TOKEN: TOKEN }));
    const [credential] = (await discoverHome(jane)).credentials;
    if (credential === undefined) throw new Error('one credential');
    jane.json('.cursor/mcp.json', servers({ GH_TOKEN: OTHER }));
    const reading = readCredentialValue(credential, { fingerprint, findSecrets });
    expect(reading).toMatchObject({ ok: false });
    expect(JSON.stringify(reading)).not.toContain(OTHER);
    jane.fifo('pipe');
    const at = (path: string): Credential => ({ ...credential, location: { path } });
    for (const path of [jane.at('pipe'), jane.at('gone'), 'container:c1:/root/.claude.json'])
      expect(readCredentialValue(at(path), { fingerprint, findSecrets }).ok).toBe(false);
    const inStore = { ...credential, location: { path: '', keychainItem: 'Claude Code' } };
    expect(readCredentialValue(inStore, { fingerprint, findSecrets }).ok).toBe(false);
  });
});

describe('checkCredential', () => {
  const options: CheckOptions = { fingerprint, allowed: true, confirmed: false };
  async function one(env: object): Promise<Credential> {
    const [credential] = (await discoverHome(home().json('.cursor/mcp.json', servers(env)))).credentials;
    if (credential === undefined) throw new Error('one credential');
    return credential;
  }

  it('says where it would go, and does nothing, until the person says yes', async () => {
    expect(await checkCredential(await one({ GH_TOKEN: TOKEN }), options)).toEqual({
      kind: 'would-ask',
      provider: 'GitHub',
      url: 'https://api.github.com/user',
    });
  });

  it('does what the policy says', async () => {
    const result = await checkCredential(await one({ GH_TOKEN: TOKEN }), {
      ...options,
      allowed: false,
      confirmed: true,
    });
    expect(result.kind === 'refused' && result.reason).toContain('policy');
  });

  it('sends no value of a self-run provider to the public one unless the person names it', async () => {
    const credential = await one({ GITLAB_TOKEN: GITLAB });
    const unnamed = await checkCredential(credential, { ...options, confirmed: true });
    expect(unnamed.kind === 'refused' && unnamed.reason).toContain('--host gitlab.com');
    expect(await checkCredential(credential, { ...options, host: 'gitlab.com' })).toMatchObject({
      kind: 'would-ask',
    });
    expect(
      await checkCredential(credential, { ...options, host: 'evil.example.com', confirmed: true }),
    ).toMatchObject({ kind: 'refused' });
  });

  it('knows no question about a password', async () => {
    const credential = { ...(await one({ GH_TOKEN: TOKEN })), kind: 'password', provider: 'unknown' };
    expect(await checkCredential(credential, { ...options, confirmed: true })).toMatchObject({
      kind: 'refused',
    });
  });
});
