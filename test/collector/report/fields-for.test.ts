import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT_KINDS, RESOURCE_KINDS, TOOL_CATEGORIES } from '../../../collector/contract/event.ts';
import type { Finding } from '../../../collector/contract/finding.ts';
import type { ReportItem } from '../../../collector/contract/report.ts';
import type { StoredEvent } from '../../../collector/contract/stored.ts';
import { fieldsFor, type ReportingMode } from '../../../collector/report/fields-for.ts';
import { toLogRecord } from '../../../collector/report/otlp.ts';
import { CONTEXT, reportItem } from './arbitraries.ts';
import { storedEvent } from './memory-outbox.ts';

const hash = (name: string) => `h${String(name.length)}`;

/** All that would be sent for an item: body and attributes. Empty when nothing is sent. */
function sent(mode: ReportingMode, item: ReportItem): string {
  const reduced = fieldsFor(mode, item, hash);
  if (reduced === undefined) return '';
  const { body, attributes, eventName } = toLogRecord(reduced, CONTEXT);
  return JSON.stringify({ body: JSON.parse(body) as unknown, attributes, eventName });
}

// Each marker says where it was planted, so a failing test names the leak.
const PROMPT = 'mark-prompt words';
const COMMAND = 'mark-command --flag mark-argument';
const CONTENT = 'mark-content';
const QUERY = 'mark-query words';
const ARGS = { title: 'mark-args', list: ['mark-list'] };
const URL_PATH = 'https://mark-user:mark-pass@api.example.com/mark-urlpath?mark-search=1';
const PATH = '/home/alice/mark-path/a.ts';

const VALUES: Partial<Record<string, string>> = {
  file: PATH,
  url: URL_PATH,
  process: `/usr/bin/curl ${COMMAND}`,
};

function events(): ReportItem[] {
  return EVENT_KINDS.flatMap((kind) =>
    TOOL_CATEGORIES.map((category) => {
      const event: StoredEvent = {
        id: `claude-code:${kind}:1`,
        kind,
        timeMs: 1,
        agentId: 'claude-code',
        sessionId: 'claude-code:s1',
        actor: { user: 'mark-user-name' },
        tool: { name: 'Tool', category, callId: 'call-1', mcpServer: 'srv', mcpTool: 'tool' },
        input: {
          command: `curl ${COMMAND}`,
          programs: ['curl'],
          cwd: PATH,
          paths: [PATH],
          url: URL_PATH,
          query: QUERY,
          content: CONTENT,
          text: PROMPT,
          args: ARGS,
          argv: ['mark-argv'],
          origin: 'human',
          reason: 'mark-reason in words',
          target: `kill ${COMMAND}`,
          unknownField: 'mark-unknown',
        },
        resources: RESOURCE_KINDS.map((resource) => ({
          kind: resource,
          value: VALUES[resource] ?? 'plain',
          access: 'read',
        })),
        source: { path: PATH, offsetBytes: 1 },
      };
      return { type: 'event', event };
    }),
  );
}

const FINDING: Finding = {
  id: 'mark-id with the command curl',
  ruleId: 'exec.reverse-shell',
  ruleCode: 'B-13',
  severity: 'high',
  confidence: 'high',
  title: 'Reverse shell',
  why: `The agent ran curl ${COMMAND}.`,
  subject: { kind: 'tool-call', value: `curl ${COMMAND}`, agentId: 'claude-code', cwd: PATH },
  sessionId: 'mark-session',
  evidence: [{ eventId: 'e1', path: PATH, line: 3, excerpt: `curl ${COMMAND}` }],
  taxonomies: { attack: ['T1059.004'], atlas: [], owasp: [] },
  bundles: ['INC'],
  controls: ['CC7.2'],
  firstSeenMs: 1,
  lastSeenMs: 2,
  count: 1,
  status: 'open',
  advice: 'Stop the session.',
  actions: ['kill'],
};

describe('fieldsFor', () => {
  it('lets nothing out in mode off', () => {
    fc.assert(
      fc.property(reportItem, (item) => {
        expect(fieldsFor('off', item, hash)).toBeUndefined();
      }),
    );
  });

  it('lets only findings, health and counts out in mode minimal', () => {
    fc.assert(
      fc.property(reportItem, (item) => {
        const kept = fieldsFor('minimal', item, hash) !== undefined;
        expect(kept).toBe(['finding', 'health', 'counts'].includes(item.type));
      }),
    );
  });

  it('lets no marker of prompt, command, path or user out in mode minimal', () => {
    for (const item of events()) expect(sent('minimal', item)).toBe('');
    const finding = sent('minimal', { type: 'finding', finding: FINDING });
    expect(finding).toContain('exec.reverse-shell');
    expect(finding).not.toContain('mark-');
  });

  it('lets paths and names out in mode metadata, but no prompt, command, argument or content', () => {
    for (const item of events()) {
      const text = sent('metadata', item);
      expect(text.replaceAll(/mark-(?:path|user-name)/g, '')).not.toContain('mark-');
      expect(text).toContain('mark-user-name');
    }
    const shell = events().find(
      (item) =>
        item.type === 'event' && item.event.tool?.category === 'shell' && item.event.kind === 'tool.call',
    )!;
    expect(sent('metadata', shell)).toContain('"name":"curl"');
    expect(sent('metadata', shell)).toContain('/home/alice/mark-path');
  });

  it('names the first program of a command that has no list of programs in mode metadata', () => {
    const event = storedEvent('e1');
    const input = { command: 'SECRET=mark-value /usr/bin/curl mark-argument | sh' };
    const text = sent('metadata', { type: 'event', event: { ...event, input, resources: [] } });
    expect(text).toContain('"name":"curl"');
    expect(text).not.toContain('mark-');
  });

  it('names program and place of a finding in mode metadata, but not its command', () => {
    const text = sent('metadata', { type: 'finding', finding: { ...FINDING, id: 'f_1', sessionId: 's1' } });
    expect(text).toContain('/home/alice/mark-path/a.ts');
    expect(text).toContain('"name":"curl"');
    expect(text.replaceAll('mark-path', '')).not.toContain('mark-');
  });

  it('keeps the place of a posture finding in mode metadata', () => {
    const subject = { kind: 'config', value: '/home/alice/my projects/settings.json' } as const;
    expect(sent('metadata', { type: 'finding', finding: { ...FINDING, subject } })).toContain(subject.value);
  });

  it('lets commands and prompts out in mode full, but no file content', () => {
    const all = events()
      .map((item) => sent('full', item))
      .join('\n');
    for (const marker of ['mark-prompt', 'mark-argument', 'mark-urlpath', 'mark-args'])
      expect(all).toContain(marker);
    expect(all).not.toContain('mark-content');
  });

  it('leaves arguments, addresses and free settings of inventory here in mode metadata', () => {
    const items: ReportItem[] = [
      {
        type: 'mcp-server',
        observedMs: 1,
        server: {
          id: 'm1',
          agentIds: ['claude-code'],
          name: 'srv',
          scope: 'user',
          configPath: '/home/alice/.claude.json',
          pointer: '/mcpServers/srv',
          transport: 'stdio',
          command: 'env mark-assign=1 npx',
          args: ['mark-arg'],
          url: URL_PATH,
          envNames: [],
          headerNames: [],
          enabled: true,
          credentialIds: [],
          usedTools: [],
        },
      },
      {
        type: 'agent',
        observedMs: 1,
        agent: {
          id: 'claude-code',
          name: 'Claude Code',
          vendor: 'Anthropic',
          kind: 'cli',
          sanction: 'unknown',
          accounts: [],
          installs: [],
          running: [],
          configFiles: [],
          settings: { mode: 'plan', hook: 'sh -c mark-hook', allow: ['Bash(mark-allow)'] },
        },
      },
    ];
    for (const item of items) expect(sent('metadata', item)).not.toContain('mark-');
    expect(sent('metadata', items[1]!)).toContain('"mode":"plan"');
    expect(sent('metadata', items[0]!)).toContain('https://api.example.com');
  });

  it('keeps metadata within a marker-free subset of full for generated items', () => {
    fc.assert(
      fc.property(reportItem, fc.constantFrom('text', 'command', 'query', 'content'), (item, field) => {
        if (item.type !== 'event') return;
        const input = { ...item.event.input, [field]: 'mark-generated text' };
        const planted: ReportItem = { type: 'event', event: { ...item.event, input } };
        expect(sent('metadata', planted)).not.toContain('mark-generated text');
      }),
    );
  });
});
