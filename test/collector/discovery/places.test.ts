import { afterEach, describe, expect, it } from 'vitest';
import { createPlacer } from '../../../collector/discovery/places.ts';
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

describe('createPlacer', () => {
  it('takes the innermost folder, and knows the folders of remote-development servers', () => {
    const placeOf = createPlacer([
      { folder: '/home/ci', place: 'user:ci' },
      { folder: '/home/ci/_work/shop/shop', place: 'ci:github-actions' },
    ]);
    expect(placeOf('/home/ci/.claude.json')).toBe('user:ci');
    expect(placeOf('/home/ci/_work/shop/shop/.mcp.json')).toBe('ci:github-actions');
    expect(placeOf('/home/cinema/.claude.json')).toBeUndefined();
    expect(placeOf('/home/jane/.vscode-server/data/User/mcp.json')).toBe('remote:vscode-server');
    expect(placeOf('/home/jane/.cursor-server/extensions/a.b-1.0.0')).toBe('remote:cursor-server');
    expect(placeOf('/home/jane/.local/share/code-server/User/mcp.json')).toBe('remote:code-server');
    expect(placeOf('/home/jane/.cache/JetBrains/RemoteDev/dist')).toBe('remote:jetbrains');
    expect(placeOf('/home/jane/my.vscode-server.txt')).toBeUndefined();
  });
});

describe('discover', () => {
  it('marks what a remote-development server keeps', async () => {
    const jane = home()
      .json('.vscode-server/data/User/mcp.json', { servers: { far: { command: 'far-mcp' } } })
      .json('.config/Code/User/mcp.json', { servers: { near: { command: 'near-mcp' } } });
    const { mcpServers } = await discoverHome(jane);
    expect(Object.fromEntries(mcpServers.map(({ name, place }) => [name, place]))).toEqual({
      near: undefined,
      far: 'remote:vscode-server',
    });
  });

  it('looks into what build runners have checked out', async () => {
    const jane = home();
    const config = { mcpServers: { built: { command: 'x' } } };
    jane
      .json('actions-runner/.runner', { agentName: 'one', workFolder: '_work' })
      .json('actions-runner/_work/shop/shop/.mcp.json', config)
      .json('actions-runner/_work/_actions/other/action/.mcp.json', config)
      .text('.gitlab-runner/config.toml', 'concurrent = 1\n')
      .json('builds/t3_abc/0/group/site/.cursor/mcp.json', config)
      .folder('agent/remoting')
      .text('agent/workspace/nightly/AGENTS.md', 'Run the tests.')
      .text('agent/workspace/nightly@tmp/AGENTS.md', 'not a checkout');
    const { mcpServers, assets } = await discoverHome(jane);
    expect(mcpServers.map(({ place, configPath }) => [place, configPath.slice(jane.dir.length)])).toEqual([
      ['ci:github-actions', '/actions-runner/_work/shop/shop/.mcp.json'],
      ['ci:gitlab-runner', '/builds/t3_abc/0/group/site/.cursor/mcp.json'],
    ]);
    expect(assets.map(({ place, path }) => [place, path.slice(jane.dir.length)])).toEqual([
      ['ci:jenkins', '/agent/workspace/nightly/AGENTS.md'],
    ]);
  });

  it('does not follow a runner that says its work is elsewhere', async () => {
    const jane = home();
    jane
      .json('.runner', { workFolder: '../../other' })
      .json('_work/shop/shop/.mcp.json', { mcpServers: { built: { command: 'x' } } });
    expect((await discoverHome(jane)).mcpServers).toEqual([]);
  });
});
