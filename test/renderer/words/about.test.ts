import { describe, expect, it } from 'vitest';
import type { Asset, McpServer } from '../../../collector/contract/agent.ts';
import type { AuditRecord } from '../../../collector/contract/action.ts';
import type { Finding } from '../../../collector/contract/finding.ts';
import { assetOf, serverOf } from '../../../renderer/words/about.ts';
import { auditWords } from '../../../renderer/words/audit.ts';
import { kindsInWords } from '../../../renderer/words/names.ts';
import { factOf } from '../../../renderer/words/subject.ts';

const FILE = '/home/ana/.claude.json';
const server = (name: string, over: Partial<McpServer> = {}): McpServer => ({
  id: `mcp:${name}`,
  agentIds: ['claude-code'],
  name,
  scope: 'user',
  configPath: FILE,
  pointer: `/mcpServers/${name}`,
  transport: 'stdio',
  envNames: [],
  headerNames: [],
  enabled: true,
  credentialIds: [],
  usedTools: [],
  ...over,
});
const asset = (over: Partial<Asset>): Asset => ({
  id: 'skill:a',
  kind: 'skill',
  name: 'neat',
  agentIds: ['claude-code'],
  scope: 'user',
  path: '/home/ana/.claude/skills/neat/SKILL.md',
  ...over,
});
const finding = (kind: Finding['subject']['kind'], value: string, path = FILE): Finding => ({
  id: 'f',
  ruleId: 'r',
  ruleCode: 'X-1',
  severity: 'high',
  confidence: 'high',
  title: 'Something',
  why: '',
  subject: { kind, value },
  evidence: [{ path }],
  taxonomies: { attack: [], atlas: [], owasp: [] },
  controls: [],
  bundles: [],
  firstSeenMs: 0,
  lastSeenMs: 0,
  count: 1,
  status: 'open',
  advice: '',
  actions: [],
});

describe('what a finding is about', () => {
  const docs = server('docs', { url: 'http://docs.internal.example:8080/mcp' });
  const tracker = server('tracker', {
    package: { ecosystem: 'npm', name: 'tracker-mcp', pinned: false },
  });

  it('is a server by its place, its package or its host, in the file of the evidence', () => {
    const servers = [docs, tracker];
    expect(serverOf(finding('mcp-server', `${FILE}#/mcpServers/docs`), servers)).toBe(docs);
    expect(serverOf(finding('mcp-server', 'docs.internal.example'), servers)).toBe(docs);
    expect(serverOf(finding('mcp-server', 'npm:tracker-mcp'), servers)).toBe(tracker);
    expect(serverOf(finding('mcp-server', 'npm:tracker-mcp', '/elsewhere.json'), servers)).toBeUndefined();
    expect(serverOf(finding('config', `${FILE}#/mcpServers/docs`), servers)).toBeUndefined();
  });

  it('is nothing that could be two: taking the wrong one out of use helps nobody', () => {
    const twin = server('twin', { package: { ecosystem: 'npm', name: 'tracker-mcp', pinned: false } });
    expect(serverOf(finding('mcp-server', 'npm:tracker-mcp'), [tracker, twin])).toBeUndefined();
  });

  it('is one hook among those of its file, and a skill by its path', () => {
    const path = '/home/ana/.claude/settings.json';
    const before = asset({ id: 'hook:1', kind: 'hook', name: 'PreToolUse', path });
    const after = asset({ id: 'hook:2', kind: 'hook', name: 'PostToolUse', path });
    const assets = [before, after, asset({})];
    expect(assetOf(finding('asset', `${path}#hook:2`), assets)).toBe(after);
    expect(assetOf(finding('asset', `${path}#PreToolUse runs what the network says`), assets)).toBe(before);
    expect(assetOf(finding('asset', path), assets)).toBeUndefined();
    expect(assetOf(finding('asset', '/home/ana/.claude/skills/neat/SKILL.md'), assets)?.id).toBe('skill:a');
  });
});

describe('the case in its own words', () => {
  const fact = (why: string): string =>
    factOf({ why, subject: { kind: 'tool-call', value: 'x' } }, '/home/ana');

  it('is the first sentence; a dot in a path or a number ends none', () => {
    expect(fact('The agent changed /home/ana/.zshrc. What stands there runs.')).toBe(
      'The agent changed ~/.zshrc.',
    );
    expect(fact('It sent data to 192.0.2.66 by v1.4. Files left.')).toBe(
      'It sent data to 192.0.2.66 by v1.4.',
    );
    expect(fact('')).toBe('x');
    expect(fact('word '.repeat(200)).length).toBeLessThanOrEqual(240);
  });
});

describe('names inside a sentence', () => {
  it('are written as their owners do, and paths stay', () => {
    expect(kindsInWords('oauth-refresh-token in ~/.claude/x-y.json')).toBe(
      'OAuth refresh token in ~/.claude/x-y.json',
    );
    expect(kindsInWords('github-pat (github)')).toContain('GitHub access token');
  });
});

describe('a row of the activity', () => {
  it('says what happened around what it happened to', () => {
    const record: AuditRecord = {
      seq: 1,
      timeMs: 0,
      actor: { user: 'ana', via: 'app' },
      action: 'quarantine.add',
      target: { kind: 'mcpServer', id: 'mcp:06c1' },
      result: { status: 'done', detail: '', processes: [] },
      hash: '',
    };
    expect(auditWords(record)).toMatchObject({
      who: 'ana',
      verb: 'took',
      kind: 'an MCP server',
      after: 'out of use',
    });
    expect(auditWords({ ...record, action: 'pause' })).toMatchObject({ verb: 'paused', after: '' });
  });
});
