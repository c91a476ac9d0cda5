import { afterEach, describe, expect, it } from 'vitest';
import { LookMemory } from '../../../collector/discovery/parts.ts';
import { discoverHome } from '../../support/discover-home.ts';
import { buildHome, type HomeBuilder } from '../../support/home-builder.ts';

const homes: HomeBuilder[] = [];
function home(): HomeBuilder {
  const built = buildHome();
  homes.push(built);
  return built;
}
afterEach(() => {
  for (const built of homes.splice(0)) built.remove();
});

const server = (name: string): object => ({ mcpServers: { [name]: { command: name } } });

async function users(jane: HomeBuilder, memory?: LookMemory): Promise<Record<string, string>> {
  const { mcpServers } = await discoverHome(jane, memory === undefined ? {} : { memory });
  return Object.fromEntries(
    mcpServers.map(({ name, agentIds, importedBy = [] }) => [
      name,
      `${agentIds.join('+')}${importedBy.length === 0 ? '' : `, taken over by ${importedBy.join('+')}`}`,
    ]),
  );
}

describe('servers that one agent takes over from another', () => {
  it('are told for the sources that VS Code is set to look at', async () => {
    const jane = home();
    jane.json('.config/Claude/claude_desktop_config.json', server('desk'));
    jane.json('.cursor/mcp.json', server('global'));
    jane.json('.codeium/windsurf/mcp_config.json', server('surf'));
    jane.json('.config/Code/User/settings.json', {
      'chat.mcp.discovery.enabled': { 'claude-desktop': true, 'cursor-global': false, windsurf: true },
    });
    const expected = {
      desk: 'claude-desktop+vscode-copilot, taken over by vscode-copilot',
      global: 'cursor',
      surf: 'windsurf+vscode-copilot, taken over by vscode-copilot',
    };
    const memory = new LookMemory();
    expect(await users(jane, memory)).toEqual(expected);
    expect(await users(jane, memory)).toEqual(expected);
  });

  it('are told for Devin unless its user says no', async () => {
    const jane = home();
    jane.json('.cursor/mcp.json', server('global'));
    jane.json('.claude.json', server('code'));
    jane.json('.config/devin/config.json', { read_config_from: { cursor: false, zed: null } });
    expect(await users(jane)).toEqual({
      global: 'cursor',
      code: 'claude-code+windsurf, taken over by windsurf',
    });
  });

  it('carry what they declare to reach, without secrets', async () => {
    const jane = home();
    const secret = ['hunter2', 'Zq9wX7'].join('-');
    jane.json('.cursor/mcp.json', {
      mcpServers: {
        db: {
          command: 'npx',
          args: ['-y', '@example/db', '/srv'],
          env: { DATABASE_URL: `postgres://me:${secret}@db.example.com/x` },
        },
      },
    });
    const { mcpServers } = await discoverHome(jane);
    expect(mcpServers[0]?.reach).toEqual({
      paths: [{ path: '/srv', from: 'argument 3' }],
      hosts: [{ host: 'db.example.com', from: 'variable DATABASE_URL' }],
    });
    expect(JSON.stringify(mcpServers)).not.toContain(secret);
  });
});
