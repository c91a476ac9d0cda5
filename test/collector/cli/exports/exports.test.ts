import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import addFormatsModule from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import type { ScanDocument } from '../../../../collector/contract/scan.ts';
import { CSV_TABLES, toCsvTable } from '../../../../collector/cli/exports/csv.ts';
import { toCycloneDx } from '../../../../collector/cli/exports/cyclonedx.ts';
import { toOcsfLines } from '../../../../collector/cli/exports/ocsf.ts';
import { toSarif } from '../../../../collector/cli/exports/sarif.ts';
import { BASELINE_RULES } from '../../../../collector/rules/baselines.ts';
import { RULES } from '../../../../collector/rules/index.ts';
import { PROCESS_RULES } from '../../../../collector/rules/processes.ts';
import { ocsfProblems } from '../../../support/ocsf-validate.ts';
import { sarifProblems } from './sarif-shape.ts';

const NOW = Date.UTC(2026, 10, 1);
const HOSTILE = `a "b"\r\n<c> %41 ü 💥 \ud800`;

const DOCUMENT: ScanDocument = {
  schemaVersion: 1,
  scannedAtMs: NOW,
  host: { hostname: 'laptop', os: 'Linux', osVersion: '6.12', arch: 'x64' },
  user: { name: 'ana', uid: 1000, emails: ['ana@example.com'] },
  agents: [
    {
      id: 'claude-code',
      name: 'Claude Code',
      vendor: 'Anthropic',
      kind: 'cli',
      sanction: 'unknown',
      accounts: [],
      installs: [{ path: '/home/ana/.local/bin/claude', version: '2.1.330', method: 'command' }],
      running: [],
      configFiles: [],
      permissionMode: 'default',
      settings: {},
    },
    {
      id: 'aider',
      name: 'Aider',
      vendor: 'Aider',
      kind: 'cli',
      sanction: 'unknown',
      accounts: [],
      installs: [],
      running: [],
      configFiles: [],
      settings: {},
    },
  ],
  mcpServers: [
    {
      id: 'mcp:1',
      agentIds: ['claude-code'],
      name: HOSTILE,
      scope: 'user',
      configPath: '/home/ana/.claude.json',
      pointer: '/mcpServers/x',
      transport: 'stdio',
      command: 'npx',
      args: ['-y', '@acme/tracker@1.2.3'],
      envNames: [],
      headerNames: [],
      enabled: true,
      package: { ecosystem: 'npm', name: '@acme/tracker', version: '1.2.3', pinned: true },
      credentialIds: [],
      usedTools: [],
    },
    {
      id: 'mcp:2',
      agentIds: ['claude-code'],
      name: 'docs',
      scope: 'user',
      configPath: '/home/ana/.claude.json',
      pointer: '/mcpServers/docs',
      transport: 'http',
      url: 'https://mcp.example.com/a b',
      envNames: [],
      headerNames: ['Authorization'],
      enabled: true,
      credentialIds: ['c'],
      usedTools: [],
    },
  ],
  credentials: [
    {
      id: 'c',
      kind: 'api-key',
      provider: 'acme',
      location: { path: '/home/ana/.claude.json', pointer: '/x' },
      fingerprint: 'fp',
      plaintext: true,
      fileMode: '0600',
      usedBy: { agentIds: ['claude-code'], mcpServerIds: ['mcp:2'] },
    },
  ],
  assets: [
    {
      id: 'asset:1',
      kind: 'skill',
      name: 'deploy',
      agentIds: ['claude-code'],
      scope: 'user',
      path: '/home/ana/.claude/skills/deploy/SKILL.md',
      sha256: 'a'.repeat(64),
      treeSha256: 'b'.repeat(64),
      origin: 'git:github.com/acme/skills',
      modifiedMs: NOW,
    },
  ],
  sessions: [],
  models: [
    {
      id: 'claude-opus-4-5',
      provider: 'anthropic',
      local: false,
      agentIds: ['claude-code'],
      sessions: 1,
      tokens: { input: 1, output: 2, cacheRead: 3, cacheWrite: 4 },
      lastUsedMs: NOW,
    },
  ],
  findings: [
    {
      id: 'f_1',
      ruleId: 'exec.reverse-shell',
      ruleCode: 'B-13',
      severity: 'critical',
      confidence: 'high',
      title: 'Shell handed to another machine',
      why: `It did ${HOSTILE}.`,
      subject: { kind: 'tool-call', value: '=cmd()' },
      sessionId: 'claude-code:s',
      evidence: [{ eventId: 'e', path: '/home/ana/src/a b\ud800/log.jsonl', line: 3 }],
      taxonomies: { attack: ['T1059'], atlas: [], owasp: [] },
      bundles: ['MAL'],
      controls: [],
      firstSeenMs: NOW,
      lastSeenMs: NOW,
      count: 1,
      status: 'open',
      advice: 'Stop it.',
      actions: [],
    },
    {
      id: 'f_2',
      ruleId: 'acme.own',
      ruleCode: 'ORG',
      severity: 'low',
      confidence: 'low',
      title: 'Own rule',
      why: 'Own.',
      subject: { kind: 'session', value: 'x' },
      evidence: [],
      taxonomies: { attack: [], atlas: [], owasp: [] },
      bundles: [],
      controls: [],
      firstSeenMs: NOW,
      lastSeenMs: NOW,
      count: 2,
      status: 'acknowledged',
      advice: '',
      actions: [],
    },
  ],
  health: [],
  stats: { files: 1, bytes: 1, lines: 1, rejected: {}, unknownTypes: {}, durationMs: 1 },
};

/** The official schemas, as the CycloneDX project ships them. */
function cycloneDxProblems(bom: unknown): unknown {
  const require = createRequire(import.meta.url);
  const folder = join(dirname(require.resolve('@cyclonedx/cyclonedx-library/package.json')), 'res/schema');
  const schema = (name: string): object => JSON.parse(readFileSync(join(folder, name), 'utf8')) as object;
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormatsModule.default(ajv);
  ajv.addFormat('iri-reference', /^[^\s<>"{}|\\^`]*$/);
  ajv.addFormat('idn-email', /^[^\s@]+@[^\s@]+$/);
  ajv.addSchema(
    schema('jsf-0.82.SNAPSHOT.schema.json'),
    'http://cyclonedx.org/schema/jsf-0.82.SNAPSHOT.schema.json',
  );
  ajv.addSchema(schema('spdx.SNAPSHOT.schema.json'), 'http://cyclonedx.org/schema/spdx.SNAPSHOT.schema.json');
  const validate = ajv.compile(schema('bom-1.6.SNAPSHOT.schema.json'));
  return validate(JSON.parse(JSON.stringify(bom))) ? [] : validate.errors;
}

describe('CycloneDX', () => {
  it('is valid against the official schema, and the same for the same machine', () => {
    const bom = toCycloneDx(DOCUMENT, '0.1.0');
    expect(cycloneDxProblems(bom)).toEqual([]);
    const later = toCycloneDx({ ...DOCUMENT, scannedAtMs: NOW + 5_000 }, '0.1.0') as { serialNumber: string };
    expect(later.serialNumber).toBe((bom as { serialNumber: string }).serialNumber);
    expect(JSON.stringify(bom)).toContain('pkg:npm/%40acme/tracker@1.2.3');
    expect(JSON.stringify(bom)).toContain(
      JSON.stringify({ name: 'reeve:treeSha256', value: 'b'.repeat(64) }),
    );
  });

  it('is valid for a machine with nothing', () => {
    expect(
      cycloneDxProblems(
        toCycloneDx({ ...DOCUMENT, agents: [], mcpServers: [], assets: [], models: [] }, '0.1.0'),
      ),
    ).toEqual([]);
  });

  it('would be found out if it were not', () => {
    expect(cycloneDxProblems({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 'one' })).not.toEqual([]);
  });
});

interface Sarif {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
      readonly results: readonly Record<string, never>[];
    },
  ];
}

/** More than code scanning shows, all with one place. */
function manyFindings(): ScanDocument['findings'] {
  const [first] = DOCUMENT.findings;
  return Array.from({ length: 6_000 }, (_, n) => ({ ...first!, id: `f_${n}` }));
}

describe('SARIF', () => {
  it('is what code scanning takes, for every rule there is and for a machine with nothing', () => {
    const [first] = DOCUMENT.findings;
    const everyRule = [...RULES, ...PROCESS_RULES, ...BASELINE_RULES].map((rule, n) => ({
      ...first!,
      id: `f_${n}`,
      ruleId: rule.id,
      severity: rule.severity,
    }));
    const all = [...RULES, ...PROCESS_RULES, ...BASELINE_RULES];
    for (const findings of [DOCUMENT.findings, [], everyRule, manyFindings()])
      expect(sarifProblems(toSarif({ ...DOCUMENT, findings }, all, '0.1.0', '/home/ana/src'))).toEqual([]);
    for (const path of ['../x', '/', 'C:\\Users\\ana\\.claude.json', 'container:c1:/root/.claude.json', ''])
      expect(
        sarifProblems(
          toSarif(
            { ...DOCUMENT, findings: [{ ...first!, evidence: [{ path }] }] },
            RULES,
            '0.1.0',
            '/home/ana/src',
          ),
        ),
        path,
      ).toEqual([]);
    const log = toSarif(DOCUMENT, RULES, '0.1.0', '/') as {
      runs: { results: { partialFingerprints?: object }[] }[];
    };
    delete log.runs[0]!.results[0]!.partialFingerprints;
    expect(sarifProblems(log)).not.toEqual([]);
  });

  it('gives the same finding the same fingerprint in every scan, and two findings two', () => {
    const prints = (root: string, count: number): unknown[] =>
      (
        toSarif(
          { ...DOCUMENT, findings: DOCUMENT.findings.map((one) => ({ ...one, count })) },
          RULES,
          '0.1.0',
          root,
        ) as Sarif
      ).runs[0].results.map((result) => result['partialFingerprints']);
    expect(prints('/home/ana', 1)).toEqual(prints('/srv', 9));
    expect(new Set(prints('/', 1).map((one) => JSON.stringify(one))).size).toBe(2);
  });

  const [run] = (toSarif(DOCUMENT, RULES, '0.1.0', '/home/ana/src') as Sarif).runs;

  it('gives every result a rule of the run, a place, a text and a lasting fingerprint', () => {
    for (const result of run.results) {
      expect(run.tool.driver.rules[result['ruleIndex']!]?.id).toBe(result['ruleId']);
      expect(result).toMatchObject({
        message: { text: expect.stringMatching(/\S/) as string },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: expect.stringMatching(/^[^/\\]/) as string },
              region: { startLine: expect.any(Number) as number },
            },
          },
        ],
        partialFingerprints: { 'reeveFinding/v1': expect.stringMatching(/^f_/) as string },
      });
    }
    expect(run.results[0]).toMatchObject({
      level: 'error',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'a%20b%EF%BF%BD/log.jsonl' },
            region: { startLine: 3 },
          },
        },
      ],
    });
    expect(run.results[1]).toMatchObject({ level: 'note', suppressions: [{ kind: 'external' }] });
  });

  it('describes each rule once, with the score code scanning sorts by', () => {
    expect(run.tool.driver.rules).toHaveLength(2);
    expect(run.tool.driver.rules[0]).toMatchObject({ properties: { 'security-severity': '9.5' } });
  });
});

it('OCSF lines are valid events', () => {
  const lines = toOcsfLines(DOCUMENT, '0.1.0', 'linux').trimEnd().split('\n');
  expect(lines).toHaveLength(8);
  for (const line of lines) expect(ocsfProblems(JSON.parse(line))).toEqual([]);
});

describe('CSV', () => {
  it.each(CSV_TABLES)('%s has a row for each thing, and as many cells in each', (table) => {
    const text = toCsvTable(DOCUMENT, table);
    const cells = text
      .replace(/"(?:[^"]|"")*"/g, 'x')
      .split('\r\n')
      .filter((line) => line !== '')
      .map((line) => line.split(',').length);
    expect(new Set(cells).size).toBeLessThanOrEqual(1);
  });

  it('names the hash of a whole skill', () => {
    expect(toCsvTable(DOCUMENT, 'assets')).toContain('b'.repeat(64));
  });

  it('runs no formula', () => {
    expect(toCsvTable(DOCUMENT, 'findings')).toContain("'=cmd()");
  });
});
