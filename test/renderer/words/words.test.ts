import { describe, expect, it } from 'vitest';
import type { ApprovalItem } from '../../../collector/contract/approval.ts';
import type { ListedProcess } from '../../../collector/contract/process-list.ts';
import type { StoredEvent } from '../../../collector/contract/stored.ts';
import { approvalSentence, listed } from '../../../renderer/words/approval.ts';
import { outcomeWords, plainSentence } from '../../../renderer/words/event-sentence.ts';
import { toCsv } from '../../../renderer/words/export.ts';
import { humanize, modeWords } from '../../../renderer/words/names.ts';
import { bytes, compact, plural } from '../../../renderer/words/number.ts';
import { processTree } from '../../../renderer/words/process-tree.ts';
import { editText, parseSetting, settingName, settingText } from '../../../renderer/words/setting.ts';

const EVENT: StoredEvent = {
  id: 'e1',
  kind: 'tool.call',
  timeMs: 0,
  agentId: 'claude-code',
  sessionId: 'claude-code:1',
  actor: { user: 'ana' },
  resources: [],
  source: { path: '/log', offsetBytes: 0 },
};

describe('an event in words', () => {
  it('says what a call did', () => {
    const ran: StoredEvent = {
      ...EVENT,
      tool: { name: 'Bash', category: 'shell', callId: 'c' },
      input: { command: 'npm   test\n' },
    };
    expect(plainSentence(ran)).toBe('ran npm test');
    const read: StoredEvent = {
      ...EVENT,
      tool: { name: 'Read', category: 'read', callId: 'c' },
      resources: [
        { kind: 'file', value: '/a', access: 'read' },
        { kind: 'file', value: '/b', access: 'read' },
      ],
    };
    expect(plainSentence(read)).toBe('read /a and 1 more');
  });

  it('says so when the words of a prompt are not kept', () => {
    expect(plainSentence({ ...EVENT, kind: 'prompt.submit', input: { origin: 'human', text: '' } })).toBe(
      'ana asked something; the words are not kept here',
    );
  });

  it('tells a change and who decided', () => {
    const change = { change: 'permission-mode', from: 'default', to: 'plan' };
    expect(plainSentence({ ...EVENT, kind: 'session.update', input: change })).toBe(
      'from now on it plans only, changes nothing',
    );
    expect(
      plainSentence({ ...EVENT, kind: 'permission.decision', input: { decision: 'deny', by: 'human' } }),
    ).toBe('a person said no');
  });

  it('says how a call ended', () => {
    expect(outcomeWords({ status: 'ok', durationMs: 12_000 })).toBe('ok · 12 s');
    expect(outcomeWords({ status: 'error', exitCode: 2 })).toBe('failed with code 2');
    expect(outcomeWords({ status: 'error', exitCode: 0 })).toBe('failed');
    expect(outcomeWords(undefined)).toBe('');
  });
});

describe('numbers and names', () => {
  it('groups, shortens and counts', () => {
    expect(plural(1_234, 'session')).toBe('1,234 sessions');
    expect(plural(1, 'session')).toBe('1 session');
    expect(compact(56_700)).toBe('56.7k');
    expect(bytes(3_400_000)).toBe('3.4 MB');
    expect(bytes(1)).toBe('1 byte');
  });

  it('says a mode in words, and one it does not know as it is', () => {
    expect(modeWords('bypassPermissions')).toBe('runs anything without asking');
    expect(modeWords('a-new-mode')).toBe('a-new-mode');
    expect(humanize('mcp-server')).toBe('MCP server');
  });
});

describe('an export', () => {
  it('quotes what CSV needs quoted', () => {
    expect(
      toCsv(
        ['a', 'b'],
        [
          ['x,y', 'say "no"'],
          [1, undefined],
        ],
      ),
    ).toBe('a,b\r\n"x,y","say ""no"""\r\n1,\r\n');
  });

  it.each(['=HYPERLINK("http://example.com")', '+1', '-1+2', '@SUM(A1)', '\tx'])(
    'takes the power from %j in a spreadsheet',
    (cell) => {
      const [, line = ''] = toCsv(['a'], [[cell]]).split('\r\n');
      expect(line.replace(/^"/, '').startsWith("'")).toBe(true);
    },
  );
});

describe('a process tree', () => {
  const process = (pid: number, parentPid: number, startTimeMs: number): ListedProcess => ({
    pid,
    parentPid,
    startTimeMs,
    name: `p${pid}`,
  });

  it('puts children below their parents, older ones first', () => {
    const rows = processTree([process(4, 2, 30), process(3, 2, 20), process(2, 1, 10)]);
    expect(rows.map((row) => [row.process.pid, row.depth])).toEqual([
      [2, 0],
      [3, 1],
      [4, 1],
    ]);
  });

  it('takes no younger process for a parent, and ends on a circle', () => {
    expect(processTree([process(5, 6, 10), process(6, 1, 50)]).every((row) => row.depth === 0)).toBe(true);
    expect(processTree([process(7, 8, 10), process(8, 7, 10)]).length).toBeLessThanOrEqual(2);
  });
});

describe('an approval', () => {
  const item: ApprovalItem = {
    id: 'mcpServer:1',
    kind: 'mcpServer',
    name: 'docs',
    agentIds: ['codex'],
    state: 'new',
    before: false,
    gone: false,
    detail: '',
    firstSeenMs: 0,
  };

  it('is asked as a person would', () => {
    expect(approvalSentence(item, ['Codex', 'Claude Code'])).toBe(
      'Codex and Claude Code can use the new MCP server “docs”',
    );
    expect(approvalSentence({ ...item, state: 'changed' }, ['Codex'])).toBe(
      'The MCP server “docs” of Codex is not what it was',
    );
    expect(approvalSentence({ ...item, before: true }, ['Codex'])).toBe('The MCP server “docs” of Codex');
    expect(listed(['A', 'B', 'C', 'D'])).toBe('A, B and 2 others');
  });
});

describe('a setting', () => {
  it('has a name a person understands; one that nobody named is named by its key', () => {
    expect(settingName('retention.days')).toMatchObject({ name: 'Keep events for', quantity: 'days' });
    expect(settingName('new.maxQueueBytes')).toEqual({ group: 'New', name: 'Max queue bytes' });
    expect(settingText({})).toBe('none');
    expect(settingText(false)).toBe('off');
  });

  it('refuses what it cannot be, and says why', () => {
    expect(parseSetting({ type: 'integer', min: 1 }, '0')).toEqual({ ok: false, problem: 'The least is 1.' });
    expect(parseSetting({ type: 'integer' }, '1.5').ok).toBe(false);
    expect(parseSetting({ type: 'integer' }, '').ok).toBe(false);
    expect(parseSetting({ type: 'table' }, 'no colon').ok).toBe(false);
  });

  it('comes back from its field as it went in', () => {
    const table = { Authorization: 'Bearer x:y', Tenant: 'blue' };
    expect(parseSetting({ type: 'table' }, editText({ type: 'table' }, table))).toEqual({
      ok: true,
      value: table,
    });
    const list = ['a', 'b c'];
    expect(parseSetting({ type: 'list' }, editText({ type: 'list' }, list))).toEqual({
      ok: true,
      value: list,
    });
    expect(parseSetting({ type: 'text' }, '  ')).toEqual({ ok: true, value: null });
  });
});
