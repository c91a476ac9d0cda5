import { expect, it } from 'vitest';
import {
  agentFacts,
  credentialFacts,
  decisionFacts,
  serverFacts,
  thingView,
} from '../../../collector/cli/thing-view.ts';
import type { AgentRecord, Credential, McpServer } from '../../../collector/contract/agent.ts';
import type { Fact } from '../../../collector/cli/thing-view.ts';
import { finding } from '../../support/records.ts';

const NOW = Date.UTC(2026, 10, 22);
const DAY = 86_400_000;
const HOME = '/home/ana';

const SERVER: McpServer = {
  id: 'mcp:1',
  agentIds: ['cursor', 'copilot-cli'],
  name: 'files',
  scope: 'project',
  configPath: '/home/ana/src/.vscode/mcp.json',
  pointer: '/servers/files',
  transport: 'stdio',
  command: 'npx',
  args: ['-y', '@acme/files@1.2.3'],
  envNames: ['TOKEN'],
  headerNames: [],
  enabled: false,
  package: { ecosystem: 'npm', name: '@acme/files', version: '1.2.3', pinned: true },
  credentialIds: ['c1'],
  autoApproved: ['read'],
  usedTools: [
    { name: 'read', calls: 1_200, lastUsedMs: NOW - 2 * DAY },
    { name: 'write', calls: 1, lastUsedMs: NOW - DAY },
  ],
};
const credential = (id: string, over: Partial<Credential> = {}): Credential => ({
  id,
  kind: 'api-key',
  provider: 'acme',
  location: { path: `/home/ana/.${id}`, pointer: '/key' },
  fingerprint: 'fp_same',
  plaintext: true,
  fileMode: '0644',
  usedBy: { agentIds: ['cursor'], mcpServerIds: ['mcp:1'] },
  ...over,
});
const text = (facts: readonly Fact[]): string => thingView({ facts, findings: [], changes: [] }, NOW);

it('tells of a server who uses it, where it is set, which keys it holds and which tools were used how', () => {
  const shown = text(serverFacts(SERVER, [credential('c1'), credential('c2')], [], NOW, HOME));
  for (const line of [
    'name         files (off)',
    'used by      cursor, copilot-cli',
    'set in       ~/src/.vscode/mcp.json /servers/files',
    'package      npm @acme/files 1.2.3 (pinned)',
    'holds        api-key of acme, `reeve credentials show c1`',
    'tools used   read  1,200 calls, 2 d ago, without asking',
    '             write  1 call, 1 d ago',
  ])
    expect(shown).toContain(line);
  expect(shown).not.toContain('c2');
  expect(text(serverFacts({ ...SERVER, usedTools: [] }, [], undefined, NOW, HOME))).toContain('none yet');
});

it('tells of a server who takes it over, what it declares, and which processes it is', () => {
  const server: McpServer = {
    ...SERVER,
    importedBy: ['copilot-cli'],
    reach: {
      paths: [{ path: '/srv', from: 'argument 3' }],
      hosts: [{ host: 'db.example.com', from: 'variable DB_HOST' }],
    },
  };
  const running = [{ pid: 7, startTimeMs: NOW - DAY, agentId: 'cursor', agentPid: 5 }];
  const shown = text(serverFacts(server, [], running, NOW, HOME));
  for (const line of [
    'used by      cursor\n',
    'taken over   by copilot-cli, from that file',
    'running      process 7 for cursor, process 5, since 1 d ago',
    'may reach    /srv  (declared, argument 3)',
    '             db.example.com  (declared, variable DB_HOST)',
  ])
    expect(shown).toContain(line);
  expect(text(serverFacts(SERVER, [], [], NOW, HOME))).toContain('running      no');
  expect(text(serverFacts(SERVER, [], undefined, NOW, HOME))).toContain('not known: no collector runs');
  expect(text(serverFacts(SERVER, [], [], NOW, HOME))).toContain('nothing declared');
});

it('tells of a credential where the same value lies too, who can use it, and that it ended', () => {
  const one = credential('a', { expiresMs: NOW - 3 * DAY, issuedMs: NOW - 40 * DAY });
  const others = [credential('b', { place: 'user:bob' }), credential('c', { fingerprint: 'fp_other' })];
  const shown = text(credentialFacts(one, [one, ...others], [SERVER], NOW, HOME));
  expect(shown).toContain('also in      ~/.b /key in user:bob');
  expect(shown).not.toContain('~/.c');
  expect(shown).toContain('used by      cursor, MCP server files');
  expect(shown).toMatch(/issued +40 d ago/);
  expect(shown).toMatch(/expires +expired 3 d ago/);
  expect(shown).toContain('in plain text, mode 0644');
  const unused = credential('d', { usedBy: { agentIds: [], mcpServerIds: [] }, expiresMs: NOW + DAY });
  expect(text(credentialFacts(unused, [unused], [], NOW, HOME))).toMatch(/nobody known[^]*2026-11-23T00:00/);
});

it('tells of an agent where it is and when it was used, and of both who decided what', () => {
  const agent: AgentRecord = {
    id: 'x',
    name: 'X',
    vendor: 'V',
    kind: 'cli',
    sanction: 'unsanctioned',
    accounts: [{ id: 'u1', email: 'ana@example.com', plan: 'team' }],
    installs: [{ path: '/home/ana/bin/x', version: '1.0.0', method: 'command' }],
    running: [{ pid: 7, startTimeMs: 1, place: 'container:c1' }],
    configFiles: [],
    settings: {},
    lastUsedMs: NOW - DAY,
  };
  const shown = text(agentFacts(agent, NOW, HOME));
  for (const part of [
    'unsanctioned',
    'ana@example.com, team',
    '~/bin/x  1.0.0, command',
    'process 7 in container:c1',
    '1 d ago',
  ])
    expect(shown).toContain(part);
  expect(decisionFacts(undefined, NOW)).toEqual([]);
  const decided = text(
    decisionFacts(
      {
        id: 'x',
        kind: 'agent',
        name: 'X',
        agentIds: ['x'],
        state: 'changed',
        before: true,
        gone: false,
        detail: '',
        firstSeenMs: NOW - 9 * DAY,
        decidedMs: NOW - DAY,
        decidedBy: 'ana',
        reason: 'ours',
      },
      NOW,
    ),
  );
  expect(decided).toContain('9 d ago, at the first look');
  expect(decided).toContain('changed by ana 1 d ago (ours)');
});

it('folds equal findings, tells its life, and lets no text steer the terminal', () => {
  const esc = String.fromCharCode(27);
  const shown = thingView(
    {
      facts: [['name', `a${esc}[2Jb`]],
      findings: [finding('f1'), finding('f2'), finding('f3', { title: `other${esc}]0;x` })],
      changes: [
        {
          seq: 1,
          timeMs: NOW - DAY,
          kind: 'asset',
          id: 'x',
          name: 'x',
          change: 'changed',
          fields: [{ field: 'sha256', before: 'a'.repeat(64), after: 'b'.repeat(64) }],
          by: {
            agentId: 'codex',
            sessionId: 'codex:1',
            eventId: 'e',
            tool: 'apply_patch',
            timeMs: NOW - DAY,
            confidence: 'low',
          },
        },
      ],
    },
    NOW,
  );
  expect(shown).not.toContain(esc);
  expect(shown).toContain('(2 findings)');
  expect(shown).toContain(
    `1 d ago  changed by apply_patch of codex:1 (perhaps): sha256 ${'a'.repeat(12)} → ${'b'.repeat(12)}`,
  );
});
