import { describe, expect, it } from 'vitest';
import { Asset, Credential, McpServer } from '../../../collector/contract/agent.ts';
import { Finding } from '../../../collector/contract/finding.ts';
import {
  worstFirst,
  worstOfAssets,
  worstOfCredentials,
  worstOfServers,
} from '../../../collector/cli/worst-first.ts';

function finding(
  severity: Finding['severity'],
  kind: Finding['subject']['kind'],
  value: string,
  path: string,
): Finding {
  return Finding.parse({
    id: `f_${severity}${value}`,
    ruleId: 'x.y',
    ruleCode: 'P-01',
    severity,
    confidence: 'high',
    title: 't',
    why: 'w',
    subject: { kind, value },
    evidence: [{ path }],
    taxonomies: { attack: [], atlas: [], owasp: [] },
    bundles: [],
    controls: [],
    firstSeenMs: 1,
    lastSeenMs: 1,
    count: 1,
    status: 'open',
    advice: 'a',
    actions: [],
  });
}
const asset = (id: string): Asset =>
  Asset.parse({ id, kind: 'skill', name: id, agentIds: [], scope: 'user', path: `/${id}` });

describe('worstFirst', () => {
  it('puts what has the worst open finding first and keeps the order of the rest', () => {
    const assets = ['a', 'b', 'c', 'd'].map(asset);
    const worst = worstOfAssets(assets, [
      finding('low', 'asset', 'x', '/d'),
      finding('critical', 'asset', 'x', '/c'),
      finding('high', 'asset', 'x', '/d'),
      { ...finding('critical', 'asset', 'x', '/a'), status: 'resolved' },
    ]);
    expect([...worst]).toEqual([
      ['c', 'critical'],
      ['d', 'high'],
    ]);
    expect(worstFirst(assets, worst).map(({ id }) => id)).toEqual(['c', 'd', 'a', 'b']);
  });

  it('tells servers of one file apart by name, and credentials by line', () => {
    const server = (name: string): McpServer =>
      McpServer.parse({
        id: name,
        agentIds: [],
        name,
        scope: 'user',
        configPath: '/c',
        pointer: '',
        transport: 'stdio',
        envNames: [],
        headerNames: [],
        enabled: true,
        credentialIds: [],
        usedTools: [],
      });
    expect([
      ...worstOfServers(
        [server('web'), server('docs')],
        [finding('high', 'mcp-server', 'docs', '/c')],
      ).keys(),
    ]).toEqual(['docs']);
    const credential = (line: number): Credential =>
      Credential.parse({
        id: String(line),
        kind: 'k',
        provider: 'p',
        location: { path: '/e', line },
        fingerprint: 'f',
        plaintext: true,
        usedBy: { agentIds: [], mcpServerIds: [] },
      });
    const about = finding('medium', 'credential', 'x', '/e');
    const [evidence] = about.evidence;
    expect([
      ...worstOfCredentials(
        [credential(1), credential(2)],
        [{ ...about, evidence: [{ ...evidence, line: 2 }] }],
      ).keys(),
    ]).toEqual(['2']);
  });
});
