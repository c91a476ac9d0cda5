import { randomBytes } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import { discoverHome } from '../../support/discover-home.ts';
import { buildHome, type HomeBuilder } from '../../support/home-builder.ts';

let jane: HomeBuilder | undefined;
afterEach(() => jane?.remove());

/** Base-62 text that no file holds by chance, made at run time. */
function random(length: number): string {
  let text = '';
  while (text.length < length)
    text += randomBytes(length)
      .toString('base64')
      .replace(/[^A-Za-z0-9]/g, '');
  return text.slice(0, length - 2) + 'a7';
}
const hex = (length: number): string => randomBytes(length / 2).toString('hex');

/** In each of 20 kinds of token, and for each the part that must not come back. */
function tokens(): Readonly<Record<string, string>> {
  const claims = Buffer.from(JSON.stringify({ sub: 'jane', exp: 1_900_000_000 })).toString('base64url');
  return {
    githubPat: `ghp_${random(36)}`,
    githubFine: `github_pat_${random(22)}_${random(59)}`,
    gitlab: `glpat-${random(20)}`,
    slack: `xoxb-${'1'.repeat(12)}-${'2'.repeat(12)}-${random(24)}`,
    anthropic: `sk-ant-api03-${random(93)}AA`,
    openai: `sk-proj-${random(74)}T3BlbkFJ${random(74)}`,
    google: `AIza${random(35)}`,
    npm: `npm_${random(36)}`,
    stripe: `sk_live_${random(24)}`,
    sendgrid: `SG.${random(22)}.${random(43)}`,
    huggingface: `hf_${random(34)}`,
    jwt: `${Buffer.from('{"alg":"HS256"}').toString('base64url')}.${claims}.${random(43)}`,
    digitalocean: `dop_v1_${hex(64)}`,
    linear: `lin_api_${random(40)}`,
    notion: `ntn_${'3'.repeat(11)}${random(35)}`,
    cursor: `crsr_${hex(64)}`,
    supabase: `sbp_${hex(40)}`,
    plainPassword: random(18),
    plainKey: random(40),
    urlPassword: random(16),
  };
}

it('lets no secret value out, wherever it was planted', async () => {
  jane = buildHome();
  const shop = jane.project('shop');
  const t = tokens();
  const at = (name: string): string => t[name] ?? '';
  jane.json('.claude.json', {
    primaryApiKey: at('anthropic'),
    mcpServers: {
      env: { command: 'x', env: { GITHUB_TOKEN: at('githubPat'), DB_PASSWORD: at('plainPassword') } },
      args: {
        command: 'x',
        args: [
          '--api-key',
          at('plainKey'),
          `--token=${at('gitlab')}`,
          '-e',
          `SLACK_TOKEN=${at('slack')}`,
          '--header',
          `Authorization: Bearer ${at('jwt')}`,
        ],
      },
      url: { url: `https://jane:${at('urlPassword')}@mcp.example.com/mcp?api_key=${at('google')}` },
      headers: {
        url: 'https://h.example.com',
        headers: { Authorization: `Bearer ${at('githubFine')}`, 'X-Api-Key': at('stripe') },
      },
      line: { command: `npx -y thing --token ${at('npm')}` },
      [`named ${at('linear')}`]: { command: 'x', env: { API_KEY: at('plainKey') } },
    },
    projects: { [shop.dir]: {} },
  });
  jane.json('.claude/settings.json', {
    env: { OPENAI_API_KEY: at('openai') },
    hooks: {
      Stop: [
        {
          hooks: [
            {
              type: 'command',
              command: `curl -H "Authorization: Bearer ${at('huggingface')}" https://example.com`,
            },
          ],
        },
      ],
    },
    permissions: { allow: [`Bash(curl -H "X-Api-Key: ${at('sendgrid')}":*)`] },
  });
  jane.json('.config/cursor/auth.json', {
    accessToken: at('jwt'),
    apiKey: at('cursor'),
    refreshToken: at('plainKey'),
  });
  jane.text(
    '.zshrc',
    `alias claude='ANTHROPIC_API_KEY=${at('anthropic')} claude'\nexport OPENAI_API_KEY="${at('openai')}"\n`,
  );
  jane.json('.cursor/mcp.json.bak', { mcpServers: { old: { env: { TOKEN: at('digitalocean') } } } });
  jane.json('.cursor/mcp.json', { mcpServers: {} });
  jane.text(
    '.codex/config.toml',
    `[mcp_servers.n]\ncommand = "x"\n[mcp_servers.n.env]\nNOTION_TOKEN = "${at('notion')}"\n[mcp_servers.bad\n`,
  );
  jane.text(
    '.gemini/settings.json',
    `{"mcpServers": {"half": {"command": "x", "env": {"API_KEY": "${at('supabase')}"`,
  );
  shop
    .text('.env', `ANTHROPIC_AUTH_TOKEN=${at('plainKey')}\n`)
    .text('CLAUDE.md', `Use ${at('githubPat')} to push.`);
  shop.json('.vscode/settings.json', { 'github.copilot.advanced': { authToken: at('plainPassword') } });

  const inventory = await discoverHome(jane, {
    platform: {
      ownHome: jane.context,
      listProcesses: () =>
        Promise.resolve([
          {
            pid: 1,
            startTimeMs: 1,
            parentPid: 0,
            name: 'codex',
            argv: ['codex', '--api-key', at('plainKey'), `-c`, `key=${at('stripe')}`],
          },
        ]),
    },
  });
  const text = JSON.stringify(inventory);
  const leaked = Object.entries(t).filter(
    ([, value]) => text.includes(value) || text.includes(value.slice(-16)),
  );
  expect(leaked.map(([name]) => name)).toEqual([]);
  // The broken TOML file is read by nobody; everything else was seen.
  expect(new Set(inventory.credentials.map(({ fingerprint }) => fingerprint)).size).toBeGreaterThanOrEqual(
    18,
  );
  expect(inventory.facts.some(({ kind }) => kind === 'running-agent')).toBe(true);
});

it('gives equal values in two places the same fingerprint, and each place its own record', async () => {
  jane = buildHome();
  const value = `ghp_${random(36)}`;
  jane.json('.cursor/mcp.json', {
    mcpServers: {
      a: { command: 'x', env: { T: value } },
      b: { url: `https://b.example.com/?token=${value}` },
    },
  });
  const { credentials, mcpServers } = await discoverHome(jane);
  expect(new Set(credentials.map(({ fingerprint }) => fingerprint)).size).toBe(1);
  expect(new Set(credentials.map(({ id }) => id)).size).toBe(2);
  expect(mcpServers.flatMap(({ credentialIds }) => credentialIds).sort()).toEqual(
    credentials.map(({ id }) => id).sort(),
  );
});
