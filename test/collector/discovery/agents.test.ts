import { afterEach, describe, expect, it } from 'vitest';
import { discoverHome } from '../../support/discover-home.ts';
import { buildHome, type HomeBuilder } from '../../support/home-builder.ts';

let jane: HomeBuilder | undefined;
afterEach(() => jane?.remove());

const SECRET = ['zX9', 'cV8bN7mQ2wE4rT6y'].join('');
const EXPIRES = Date.UTC(2027, 0, 1);

describe('credentials', () => {
  it.each([
    [
      'claude-code',
      '.claude/.credentials.json',
      { claudeAiOauth: { accessToken: SECRET, expiresAt: EXPIRES, scopes: ['user:inference'] } },
      { kind: 'oauth-access-token', provider: 'anthropic', expiresMs: EXPIRES, scopes: ['user:inference'] },
    ],
    ['codex', '.codex/auth.json', { OPENAI_API_KEY: SECRET }, { kind: 'api-key', provider: 'openai' }],
    [
      'gemini-cli',
      '.gemini/oauth_creds.json',
      { access_token: SECRET, expiry_date: EXPIRES, scope: 'a b' },
      { kind: 'oauth-access-token', provider: 'google', expiresMs: EXPIRES, scopes: ['a', 'b'] },
    ],
    [
      'gemini-cli',
      '.gemini/mcp-oauth-tokens.json',
      [{ serverName: 'docs', token: { accessToken: SECRET, expiresAt: EXPIRES } }],
      { provider: 'docs', expiresMs: EXPIRES, location: { pointer: '/0/token/accessToken' } },
    ],
    [
      'copilot-cli',
      '.copilot/config.json',
      { copilotTokens: { 'https://github.com:jane': SECRET } },
      { provider: 'github', principal: 'https://github.com:jane' },
    ],
    [
      'opencode',
      '.local/share/opencode/auth.json',
      { anthropic: { type: 'oauth', access: SECRET, expires: EXPIRES } },
      { provider: 'anthropic', expiresMs: EXPIRES },
    ],
    ['cursor', '.config/cursor/auth.json', { apiKey: SECRET }, { kind: 'api-key', provider: 'cursor' }],
    [
      'vscode-copilot',
      '.config/github-copilot/apps.json',
      { 'github.com:Iv1': { user: 'jane', oauth_token: SECRET } },
      { provider: 'github', principal: 'jane', location: { pointer: '/github.com:Iv1/oauth_token' } },
    ],
    [
      'claude-desktop',
      '.config/Claude-3p/configLibrary/a.json',
      { inferenceProvider: 'gateway', inferenceGatewayApiKey: SECRET },
      { kind: 'api-key', provider: 'gateway' },
    ],
    [
      'claude-desktop',
      '.config/Claude/config.json',
      { 'oauth:tokenCache': `djEw${SECRET}` },
      { kind: 'oauth-token-cache', plaintext: false },
    ],
  ])('of %s are read from %s', async (agentId, path, content, expected) => {
    jane = buildHome().json(path, content);
    const { credentials } = await discoverHome(jane);
    expect(credentials).toHaveLength(1);
    expect(credentials[0]).toMatchObject({ fileMode: '0600', usedBy: { agentIds: [agentId] }, ...expected });
  });

  it('names the keychain item that a setting points to', async () => {
    jane = buildHome().text('.codex/config.toml', 'cli_auth_credentials_store = "keyring"\n');
    const [credential] = (await discoverHome(jane)).credentials;
    expect(credential).toMatchObject({ location: { keychainItem: 'Codex Auth' }, plaintext: false });
  });

  it('stay credentials in a backup copy', async () => {
    jane = buildHome().json(
      '.claude/backups/.claude.json.backup.1763800000',
      { primaryApiKey: SECRET },
      0o644,
    );
    const { credentials, facts, agents } = await discoverHome(jane);
    expect(credentials[0]?.kind).toBe('api-key');
    expect(facts).toContainEqual(
      expect.objectContaining({ kind: 'file-mode', backupCopy: true, holds: 'secret' }),
    );
    expect(agents[0]?.configFiles ?? []).toEqual([]);
  });

  it('in a synchronised folder are marked', async () => {
    jane = buildHome();
    const shop = jane
      .project('Dropbox/shop')
      .json('.mcp.json', { mcpServers: { a: { command: 'x', env: { API_TOKEN: SECRET } } } });
    const { facts } = await discoverHome(jane, { projectsFromSessions: [shop.dir] });
    expect(facts).toContainEqual(expect.objectContaining({ kind: 'credential', sharedFolder: true }));
  });
});

describe('projects', () => {
  it.each([
    ['.claude.json', (dir: string) => ({ projects: { [dir]: {} } })],
    ['.gemini/projects.json', (dir: string) => ({ projects: { [dir]: 'shop' } })],
    ['.gemini/trustedFolders.json', (dir: string) => ({ [dir]: 'TRUST_FOLDER' })],
    ['.copilot/config.json', (dir: string) => ({ trusted_folders: [dir] })],
    ['.config/Code/User/workspaceStorage/a1/workspace.json', (dir: string) => ({ folder: `file://${dir}` })],
    [
      '.config/Cursor/User/workspaceStorage/a1/workspace.json',
      (dir: string) => ({ folder: `file://${dir}` }),
    ],
    ['.local/share/opencode/storage/project/a1.json', (dir: string) => ({ worktree: dir })],
  ])('are taken from %s', async (path, content) => {
    jane = buildHome();
    const shop = jane.project('shop');
    jane.json(path, content(shop.dir));
    expect((await discoverHome(jane)).projects).toEqual([shop.dir]);
  });

  it('are taken from the trust list of Codex', async () => {
    jane = buildHome();
    const shop = jane.project('shop');
    jane.text('.codex/config.toml', `[projects."${shop.dir}"]\ntrust_level = "trusted"\n`);
    const { projects, facts } = await discoverHome(jane);
    expect(projects).toEqual([shop.dir]);
    expect(facts).toContainEqual(
      expect.objectContaining({ key: `projects.${shop.dir}.trust_level`, value: 'trusted' }),
    );
  });

  it('on other machines are left alone', async () => {
    jane = buildHome();
    jane.json('.config/Code/User/workspaceStorage/a/workspace.json', {
      folder: 'vscode-remote://ssh-remote+box/srv',
    });
    expect(await discoverHome(jane)).toMatchObject({ projects: [], health: [] });
  });

  it('count once, also when the home itself is one', async () => {
    jane = buildHome();
    jane
      .text('.env', 'OPENAI_BASE_URL=https://gw.example.com\n')
      .json('.cursor/mcp.json', { mcpServers: { a: { command: 'x' } } });
    const { facts, mcpServers } = await discoverHome(jane, {
      projectsFromSessions: [jane.dir, `${jane.dir}/`],
    });
    expect(mcpServers.map(({ scope }) => scope)).toEqual(['user']);
    expect(facts.filter(({ kind }) => kind === 'environment')).toHaveLength(1);
  });
});

describe('assets', () => {
  it('are named, hashed and handed on in their role', async () => {
    jane = buildHome();
    const shop = jane.project('shop');
    jane.text('.claude/skills/deploy/SKILL.md', 'Deploy.').text('.claude/agents/review.md', 'Review.');
    jane.text('.codex/prompts/plan.md', 'Plan.').text('.gemini/GEMINI.md', 'Remember.');
    jane
      .text('.config/opencode/plugin/hook.js', 'export {}')
      .json('.gemini/extensions/flow/gemini-extension.json', { name: 'flow' });
    shop.text('.cursor/rules/style.mdc', 'Style.').text('.github/instructions/api.instructions.md', 'API.');
    const { assets, textDocuments } = await discoverHome(jane, { projectsFromSessions: [shop.dir] });
    expect(
      assets
        .map(({ kind, name, scope, agentIds }) => `${kind} ${name} ${scope} ${agentIds.join('+')}`)
        .sort(),
    ).toEqual([
      'command plan user codex',
      'extension flow user gemini-cli',
      'instructions GEMINI user gemini-cli',
      'instructions api.instructions project copilot-cli+vscode-copilot',
      'instructions style project cursor',
      'plugin hook user opencode',
      'skill deploy user claude-code',
      'subagent review user claude-code',
    ]);
    expect(assets.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256 ?? ''))).toBe(true);
    expect(textDocuments.map(({ role, text }) => `${role}: ${text}`).sort()).toEqual([
      'command: Plan.',
      'instructions: API.',
      'instructions: Style.',
      'memory: Remember.',
      'skill: Deploy.',
      'subagent: Review.',
    ]);
  });
});

describe('installs', () => {
  it('that two probes see are one, with the version of the better probe', async () => {
    jane = buildHome();
    jane
      .text('.local/share/claude/versions/2.1.330', '', 0o755)
      .link('.local/bin/claude', '../share/claude/versions/2.1.330');
    const [agent] = (await discoverHome(jane)).agents;
    expect(agent?.installs).toEqual([
      { path: jane.at('.local/share/claude/versions/2.1.330'), method: 'native', version: '2.1.330' },
    ]);
  });

  it('leave out extensions that the editor no longer loads', async () => {
    jane = buildHome();
    for (const version of ['1.0.0', '1.1.0'])
      jane.folder(`.vscode/extensions/github.copilot-chat-${version}`);
    jane.json('.vscode/extensions/extensions.json', [
      { identifier: { id: 'github.copilot-chat' }, relativeLocation: 'github.copilot-chat-1.1.0' },
    ]);
    const [agent] = (await discoverHome(jane)).agents;
    expect(agent?.installs.map(({ version }) => version)).toEqual(['1.1.0']);
  });

  it('are found on the PATH of the own home', async () => {
    const bin = buildHome().text('codex', '', 0o755);
    jane = buildHome('linux', { PATH: `/nowhere:${bin.dir}` });
    expect((await discoverHome(jane)).agents[0]?.installs).toEqual([
      { path: bin.at('codex'), method: 'command' },
    ]);
    bin.remove();
  });
});
