import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { approvablesOf } from '../../../collector/approving.ts';
import type { Asset, McpServer } from '../../../collector/contract/agent.ts';
import type { ApprovalDecision, ApprovalItem } from '../../../collector/contract/approval.ts';
import type { Approvable } from '../../../collector/store/approvals.ts';
import { Store } from '../../../collector/store/store.ts';
import { tempDir } from '../../support/temp.ts';

const opened: Store[] = [];
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
});
const open = (path = join(tempDir(), 'reeve.db')): Store => {
  const store = Store.open({ path, nowMs: () => 1_000 });
  opened.push(store);
  return store;
};
const skill = (name: string, sha256 = 'a'.repeat(64)): Approvable => ({
  id: `skill:${name}`,
  kind: 'skill',
  name,
  agentIds: ['claude-code'],
  path: `/home/ana/.claude/skills/${name}/SKILL.md`,
  sha256,
  detail: name,
});
const decide = (
  store: Store,
  ids: string[],
  decision: ApprovalDecision['decision'],
  more: Partial<ApprovalDecision> = {},
) =>
  store.approvals.decide(
    { ids, decision, via: 'cli', ...more },
    { actor: { user: 'ana', uid: 1000, via: 'cli' }, timeMs: 5_000 },
  );
const states = (store: Store): Record<string, ApprovalItem['state']> =>
  Object.fromEntries(store.approvals.list({ gone: true }).map((item) => [item.name, item.state]));

describe('approvals', () => {
  it('does not nag about what was there at the first look, and does about what comes later', () => {
    const store = open();
    expect(store.approvals.sync([skill('old')], 1_000)).toBe(true);
    expect(store.approvals.counts()).toEqual({ waiting: 0, before: 1 });
    expect(store.approvals.sync([skill('old')], 2_000)).toBe(false);
    store.approvals.sync([skill('old'), skill('fresh')], 3_000);
    expect(store.approvals.counts()).toEqual({ waiting: 1, before: 1 });
    expect(
      store.approvals.list({ gone: false }).map(({ name, before, state }) => [name, before, state]),
    ).toEqual([
      ['fresh', false, 'new'],
      ['old', true, 'new'],
    ]);
    // Changed before anybody decided: that is news too.
    store.approvals.sync([skill('old', 'b'.repeat(64)), skill('fresh')], 4_000);
    expect(store.approvals.counts()).toEqual({ waiting: 2, before: 0 });
  });

  it('holds a decision for exactly the content it was made on, over restarts', () => {
    let store = open();
    store.approvals.sync([skill('one'), skill('two')], 1_000);
    expect(decide(store, ['skill:one'], 'approve', { reason: 'reviewed' }).decided).toMatchObject([
      { state: 'approved', decidedBy: 'ana', decidedMs: 5_000, reason: 'reviewed' },
    ]);
    decide(store, ['skill:two'], 'deny');
    opened.pop();
    store.close();
    store = open(store.path);
    store.approvals.sync([skill('one'), skill('two')], 6_000);
    expect(states(store)).toEqual({ one: 'approved', two: 'denied' });
    store.approvals.sync([skill('one', 'b'.repeat(64)), skill('two')], 7_000);
    expect(store.approvals.list({ gone: false })[0]).toMatchObject({
      name: 'one',
      state: 'changed',
      changedMs: 7_000,
      sha256: 'b'.repeat(64),
      decidedSha256: 'a'.repeat(64),
    });
    expect(store.approvals.counts().waiting).toBe(1);
    // Back to what was looked at.
    store.approvals.sync([skill('one'), skill('two')], 8_000);
    expect(states(store)).toEqual({ one: 'approved', two: 'denied' });
  });

  it('remembers what went away, so that it cannot come back as something else unseen', () => {
    const store = open();
    store.approvals.sync([skill('one')], 1_000);
    decide(store, ['skill:one'], 'approve');
    store.approvals.sync([], 2_000);
    expect(store.approvals.list({ gone: false })).toEqual([]);
    expect(store.approvals.list({ gone: true })).toMatchObject([{ gone: true, state: 'approved' }]);
    expect(decide(store, ['skill:one'], 'approve').skipped).toHaveLength(1);
    store.approvals.sync([skill('one', 'c'.repeat(64))], 3_000);
    expect(states(store)).toEqual({ one: 'changed' });
  });

  it('leaves alone what changed after the person looked at it, and what does not exist', () => {
    const store = open();
    store.approvals.sync([skill('one'), skill('two')], 1_000);
    const sha256 = { 'skill:one': 'a'.repeat(64), 'skill:two': 'f'.repeat(64) };
    const result = decide(store, ['skill:one', 'skill:two', 'none'], 'approve', { sha256 });
    expect(result.decided.map(({ name }) => name)).toEqual(['one']);
    expect(result.skipped.map(({ id }) => id)).toEqual(['skill:two', 'none']);
    expect(states(store)).toEqual({ one: 'approved', two: 'new' });
    expect(result.recorded).toHaveLength(1);
  });

  it('writes each decision down with what was decided on, without secrets in the reason', () => {
    const store = open();
    store.approvals.sync([skill('one')], 1_000);
    const token = ['ghp_', 'x'.repeat(36)].join('');
    decide(store, ['skill:one', 'skill:one'], 'deny', { reason: `leaks ${token}` });
    decide(store, ['skill:one'], 'reset');
    const audit = store.listAudit({ limit: 10 });
    expect(audit.map(({ action }) => action)).toEqual(['approval.reset', 'approval.deny']);
    expect(audit[1]?.result.detail).toContain('a'.repeat(64));
    expect(JSON.stringify([audit, store.approvals.list({ gone: true })])).not.toContain(token);
    expect(states(store)).toEqual({ one: 'new' });
    expect(store.verifyAudit().ok).toBe(true);
  });
});

describe('what can be approved', () => {
  const server: McpServer = {
    id: 'mcp:1',
    agentIds: ['codex'],
    name: 'db',
    scope: 'user',
    configPath: '/home/ana/.codex/config.toml',
    pointer: '/mcp_servers/db',
    transport: 'stdio',
    command: 'npx',
    args: ['-y', 'db-mcp@1.0.0'],
    envNames: ['DB_URL'],
    headerNames: [],
    enabled: true,
    credentialIds: [],
    usedTools: [],
  };
  const hashOf = (over: Partial<McpServer>): string | undefined =>
    approvablesOf({ agents: [], mcpServers: [{ ...server, ...over }], assets: [] })[0]?.sha256;

  it('pins a server to what would be started or reached, not to how much it is used', () => {
    expect(hashOf({ usedTools: [{ name: 'query', calls: 5, lastUsedMs: 1 }], enabled: false })).toBe(
      hashOf({}),
    );
    expect(hashOf({ args: ['-y', 'db-mcp@1.0.1'] })).not.toBe(hashOf({}));
    expect(hashOf({ command: 'bunx' })).not.toBe(hashOf({}));
    expect(hashOf({ envNames: ['DB_URL', 'NODE_OPTIONS'] })).not.toBe(hashOf({}));
  });

  it('lets an agent be updated, and not be replaced', () => {
    const agent = (path: string): string | undefined =>
      approvablesOf({
        agents: [
          {
            id: 'cline',
            name: 'Cline',
            vendor: 'Cline',
            kind: 'extension',
            sanction: 'unknown',
            accounts: [],
            installs: [{ path, method: 'vscode', version: '1' }],
            running: [],
            configFiles: [],
            settings: {},
          },
        ],
        mcpServers: [],
        assets: [],
      })[0]?.sha256;
    expect(agent('/home/ana/.vscode/extensions/acme.cline-3.4.1')).toBe(
      agent('/home/ana/.vscode/extensions/acme.cline-3.5.0-linux-x64'),
    );
    expect(agent('/tmp/cline')).not.toBe(agent('/home/ana/.vscode/extensions/acme.cline-3.4.1'));
  });

  it('takes each change of a file that is too long to be hashed for another content', () => {
    const asset = (modifiedMs: number): Asset => ({
      id: 'skill:1',
      kind: 'skill',
      name: 'x',
      agentIds: [],
      scope: 'user',
      path: '/x',
      modifiedMs,
    });
    const sha = (one: Asset): string | undefined =>
      approvablesOf({ agents: [], mcpServers: [], assets: [one] })[0]?.sha256;
    expect(sha(asset(1))).toMatch(/^[0-9a-f]{64}$/);
    expect(sha(asset(1))).not.toBe(sha(asset(2)));
  });
});
