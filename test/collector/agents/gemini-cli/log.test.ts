import { describe, expect, it } from 'vitest';
import { GEMINI_CLI_LOGS } from '../../../../collector/agents/gemini-cli/log.ts';
import type { DocumentFormat, LogFile, ParseOutcome } from '../../../../collector/agents/spec-log.ts';
import { createRandom, mutateLine } from '../../../support/mutate-json.ts';
import { eventsOf, onlyJsonl, readFixture, readLog, reviewable } from '../../../support/read-log.ts';

const MAIN = 'shop/chats/session-2026-06-11T19-15-7b1f0c52.jsonl';
const CASES = [
  ['session', MAIN],
  ['subagent', 'shop/chats/7b1f0c52-9d3e-4a86-8c11-2f6de0a4b913/sub-4d2a.jsonl'],
  ['windows', 'shop/chats/session-2026-06-11T19-01-win.jsonl'],
] as const;
const chat = onlyJsonl(GEMINI_CLI_LOGS);
const document = GEMINI_CLI_LOGS.find((format): format is DocumentFormat => format.container === 'document')!;
const session = readFixture('gemini-cli/session/input.jsonl');

function readDocument(
  text: string,
  relativePath = 'shop/chats/session-2025-12-06T18-25-7b1f0c52.json',
): ParseOutcome {
  const file: LogFile = {
    agentId: 'gemini-cli',
    formatId: document.id,
    root: '/logs',
    path: `/logs/${relativePath}`,
    relativePath,
  };
  return document.parseDocument(text, file, document.initialState(file));
}

const idsOf = (outcomes: readonly ParseOutcome[]): readonly string[] =>
  eventsOf(outcomes).map((event) => event.id);
const usageOf = (outcomes: readonly ParseOutcome[]) =>
  outcomes.flatMap((outcome) => (outcome.kind === 'records' ? (outcome.usage ?? []) : []));

describe('gemini cli recordings', () => {
  it.each(CASES)('reads the recording %s as reviewed', (name, path) => {
    const reading = readLog(chat, readFixture(`gemini-cli/${name}/input.jsonl`), path);
    expect(reviewable(reading)).toEqual(JSON.parse(readFixture(`gemini-cli/${name}/events.json`)));
  });

  it.each(['document', 'drifted-document'])('reads %s as reviewed', (name) => {
    const outcome = readDocument(readFixture(`gemini-cli/${name}/input.json`));
    const reviewed: unknown = JSON.parse(
      JSON.stringify([outcome], (key, value: unknown) => (key === 'offsetBytes' ? undefined : value)),
    );
    expect(reviewed).toEqual(JSON.parse(readFixture(`gemini-cli/${name}/events.json`)));
  });

  it('reports each fact of a repeated message once', () => {
    const ids = idsOf(readLog(chat, session, MAIN).outcomes);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('gives equal ids when the file is read twice', () => {
    expect(idsOf(readLog(chat, session, MAIN).outcomes)).toEqual(
      idsOf(readLog(chat, session, MAIN).outcomes),
    );
  });

  it('gives the same ids for the rest of a file whose state was lost', () => {
    const whole = new Set(idsOf(readLog(chat, session, MAIN).outcomes));
    const lines = session.split('\n');
    const rest = [lines[0], ...lines.slice(9)].join('\n');
    const late = idsOf(readLog(chat, rest, MAIN).outcomes).filter((id) => !/resume|rewind/.test(id));
    expect(late.filter((id) => !whole.has(id))).toEqual([]);
  });

  it('keeps earlier ids while a document grows', () => {
    const full = JSON.parse(readFixture('gemini-cli/document/input.json')) as { messages: unknown[] };
    let before: readonly string[] = [];
    for (let count = 0; count <= full.messages.length; count++) {
      const text = JSON.stringify({ ...full, messages: full.messages.slice(0, count) });
      const ids = idsOf([readDocument(text)]);
      expect(ids.slice(0, before.length)).toEqual(before);
      before = ids;
    }
    expect(before.length).toBeGreaterThan(5);
  });

  it('gives a document and the recording it was migrated to the same ids', () => {
    const full = JSON.parse(readFixture('gemini-cli/document/input.json')) as { messages: unknown[] };
    const { messages, ...header } = full;
    const lines = [header, ...messages].map((record) => JSON.stringify(record)).join('\n');
    expect(idsOf(readLog(chat, lines, MAIN).outcomes)).toEqual(idsOf([readDocument(JSON.stringify(full))]));
  });

  it('does not take back what ran before a rewind', () => {
    const events = readLog(chat, session, MAIN).events;
    const rewind = events.findIndex((event) => event.kind === 'session.update' && event.change === 'rewind');
    const calls = events.slice(0, rewind).filter((event) => event.kind === 'tool.call');
    expect(calls).toHaveLength(17);
  });

  it('counts a repeated message once under one key', () => {
    const usage = usageOf(readLog(chat, session, MAIN).outcomes).filter((one) => one.key.endsWith('/m-0002'));
    expect(usage.length).toBeGreaterThan(2);
    expect(new Set(usage.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(usage[0]?.tokens).toEqual({ input: 10_481, output: 308, cacheRead: 1_000, cacheWrite: 0 });
  });

  it('sees a prompt that only looks like the bootstrap context', () => {
    const prompt = {
      id: 'm-9',
      timestamp: '2026-06-11T20:00:00.000Z',
      type: 'user',
      content: [{ text: '<session_context>\nignore all rules' }],
    };
    const reading = readLog(chat, `${session.trimEnd()}\n${JSON.stringify(prompt)}\n`, MAIN);
    expect(reading.events.at(-1)).toMatchObject({ kind: 'prompt.submit', origin: 'human' });
  });

  it('bounds copies of long texts and keeps the exit code at the end of a long output', () => {
    const big = 'x'.repeat(1_500_000);
    const call = {
      id: 'run_shell_command__long0001',
      name: 'run_shell_command',
      args: { command: big },
      status: 'success',
      result: [
        {
          functionResponse: {
            id: 'run_shell_command__long0001',
            name: 'run_shell_command',
            response: { output: `Output: ${big}\nExit Code: 3\n` },
          },
        },
      ],
    };
    const line = JSON.stringify({
      id: 'm-1',
      timestamp: '2026-06-11T19:15:00.000Z',
      type: 'gemini',
      content: '',
      toolCalls: [call],
    });
    const [made, ended] = readLog(chat, line, MAIN).events;
    expect(made?.kind === 'tool.call' && made.input.command).toHaveLength(262_144);
    expect(ended).toMatchObject({ outcome: { status: 'error', exitCode: 3 } });
    expect(ended?.kind === 'tool.result' && ended.output).toHaveLength(65_536);
  });

  it('reads thousands of calls of one message and keeps its state small', () => {
    const toolCalls = Array.from({ length: 5_000 }, (_, i) => ({
      id: `read_file__${String(i).padStart(8, 'a')}`,
      name: 'read_file',
      args: { file_path: `${i}.txt` },
      status: 'success',
    }));
    const line = JSON.stringify({
      id: 'm',
      timestamp: '2026-06-11T19:15:00.000Z',
      type: 'gemini',
      toolCalls,
    });
    const reading = readLog(chat, line, MAIN);
    expect(new Set(reading.events.map((event) => event.id)).size).toBe(10_000);
    expect(JSON.stringify(reading.state).length).toBeLessThan(65_536);
  });

  it('survives 2,000 mutated records without a throw and with bounded ids', () => {
    const random = createRandom(20_261_122);
    const lines = CASES.flatMap(([name]) =>
      readFixture(`gemini-cli/${name}/input.jsonl`)
        .split('\n')
        .filter((line) => line !== ''),
    );
    for (let i = 0; i < 2_000; i++) {
      const line = mutateLine(lines[i % lines.length]!, random).replaceAll('\n', ' ');
      const reading = readLog(chat, `${lines[0]!}\n${line}`, MAIN);
      for (const event of reading.events) {
        expect(event.id.length).toBeLessThan(300);
        expect(Number.isSafeInteger(event.timeMs)).toBe(true);
      }
    }
  });

  it('survives 500 mutated documents', () => {
    const random = createRandom(7);
    const text = readFixture('gemini-cli/document/input.json');
    for (let i = 0; i < 500; i++) expect(readDocument(mutateLine(text, random)).kind).toBeDefined();
  });

  it('looks only at recordings, in the folder that GEMINI_CLI_HOME moves', () => {
    const context = { platform: 'linux', home: '/home/mira', env: {} } as const;
    const [root] = chat.roots(context);
    expect(root?.dir).toBe('/home/mira/.gemini/tmp');
    expect(chat.roots({ ...context, env: { GEMINI_CLI_HOME: '/srv/g' } })[0]?.dir).toBe('/srv/g/.gemini/tmp');
    expect(chat.roots({ platform: 'win32', home: 'C:\\Users\\mira', env: {} })[0]?.dir).toBe(
      'C:\\Users\\mira\\.gemini\\tmp',
    );
    expect(root?.matches(MAIN)).toBe(true);
    expect(root?.matches('shop/chats/parent/child.jsonl')).toBe(true);
    for (const other of [
      'shop/logs.json',
      'shop/shell_history',
      'shop/chats/session-x.json',
      'shop/x.jsonl',
    ]) {
      expect(root?.matches(other)).toBe(false);
    }
    const documents = document.roots(context)[0];
    expect(documents?.matches('shop/chats/session-x.json')).toBe(true);
    expect(documents?.matches('shop/logs.json')).toBe(false);
    expect(documents?.matches('shop/checkpoint-a.json')).toBe(false);
  });
});
