import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createReadHandlers } from '../../collector/api.ts';
import { Store } from '../../collector/store/store.ts';
import { batch, toolCall } from '../support/records.ts';
import { tempDir } from '../support/temp.ts';

function open(): Store {
  return Store.open({ path: join(tempDir(), 'reeve.db'), nowMs: () => 1_750_000_000_000 });
}

describe('the reading methods', () => {
  it('join a configured MCP server with the calls made under its rewritten name, for its own agents only', async () => {
    const store = open();
    const server = (
      id: string,
      name: string,
      agentIds: string[],
    ): Record<string, unknown> & { id: string } => ({
      id,
      agentIds,
      name,
      scope: 'user',
      configPath: '/home/ana/.claude.json',
      pointer: `/mcpServers/${name}`,
      envNames: [],
      headerNames: [],
      transport: 'stdio',
      enabled: true,
      credentialIds: [],
      usedTools: [],
    });
    store.inventory.replace(
      {
        agent: [],
        'mcp-server': [
          server('a', 'Issue Tracker', ['claude-code']),
          server('b', 'issue-tracker', ['codex']),
        ],
        credential: [],
        asset: [],
      },
      1,
    );
    const tool = {
      name: 'mcp__issue_tracker__list',
      category: 'mcp',
      mcpServer: 'issue_tracker',
      mcpTool: 'list',
    } as const;
    store.commit(
      batch({
        events: [
          toolCall('1', { tool: { ...tool, callId: '1' } }),
          toolCall('2', { tool: { ...tool, callId: '2' }, timeMs: 1_750_000_005_000 }),
        ],
      }),
    );
    const servers = await createReadHandlers(store)['mcpServers.list']({});
    expect(servers.map(({ id, usedTools }) => ({ id, usedTools }))).toEqual([
      { id: 'a', usedTools: [{ name: 'list', calls: 2, lastUsedMs: 1_750_000_005_000 }] },
      { id: 'b', usedTools: [] },
    ]);
    store.close();
  });

  it('add the models of several agents up, and name the provider by the look of the model', async () => {
    const store = open();
    const usage = (key: string, model: string): Record<string, unknown> => ({
      nativeSessionId: 's1',
      key,
      model,
      timeMs: 1_750_000_000_000,
      tokens: { input: 1, output: 2, cacheRead: 3, cacheWrite: 4 },
    });
    const models = ['claude-x', 'gpt-9', 'o3', 'us.anthropic.claude-x', 'gemini-x', 'mine'];
    for (const agentId of ['claude-code', 'opencode'])
      store.commit(
        batch({ agentId, usage: models.map((model) => usage(`${agentId}${model}`, model)) as never }),
      );
    const records = await createReadHandlers(store)['models.list']({});
    expect(Object.fromEntries(records.map(({ id, provider }) => [id, provider]))).toEqual({
      'claude-x': 'anthropic',
      'gpt-9': 'openai',
      o3: 'openai',
      'us.anthropic.claude-x': 'aws.bedrock',
      'gemini-x': 'gcp.gemini',
      mine: 'unknown',
    });
    for (const record of records)
      expect(record).toMatchObject({ sessions: 2, tokens: { input: 2, cacheWrite: 8 } });
    store.close();
  });

  it('find nothing for words that are search syntax, instead of failing', async () => {
    const store = open();
    store.commit(batch({ events: [toolCall('1')] }));
    const read = createReadHandlers(store);
    for (const words of ['"', 'a AND', '*', 'NEAR(', "'; DROP TABLE events; --", '\0', '', 'col:x', '(((('])
      expect(await read['events.search']({ words, limit: 5 })).toEqual([]);
    expect(await read['events.search']({ words: 'git status', limit: 5 })).toHaveLength(1);
    expect(await read['events.search']({ words: 'status" OR "nothing', limit: 5 })).toEqual([]);
    store.close();
  });
});
