import { describe, expect, it } from 'vitest';
import type { LogFormat, ParseOutcome, ParserState } from '../../collector/agents/spec-log.ts';
import { createRandom, mutateLine } from './mutate-json.ts';
import { eventsOf, readFixture, reviewable } from './read-log.ts';

/** For formats that record no time. */
const WRITTEN_MS = Date.UTC(2026, 9, 1);

interface LogCase {
  readonly format: LogFormat | undefined;
  /** Folder of `input.*` and `events.json` below `test/fixtures/agents`. */
  readonly fixture: string;
  /** Of the log below its root. */
  readonly path: string;
  /** Beside it, and not to be read. */
  readonly others: readonly string[];
  /** First lines a log that is read from the middle still has. */
  readonly head?: number;
  /** Records have no ids: their place in the file names them. */
  readonly named?: 'by-place';
}

/** What every log that is read as text must do: be found, read as reviewed, repeat harmlessly, and never throw. */
export function describeLog({ format, fixture, path, others, head = 1, named }: LogCase): void {
  if (format === undefined || format.container === 'sqlite') throw new Error('no text format');
  const text = readFixture(`${fixture}/input.${format.container === 'jsonl' ? 'jsonl' : 'json'}`);
  const [agentId = ''] = format.id.split('.');
  const file = {
    agentId,
    formatId: format.id,
    root: '/logs',
    path: `/logs/${path}`,
    relativePath: path,
    writtenMs: WRITTEN_MS,
  };
  const read = (input: string): readonly ParseOutcome[] => {
    let state = format.initialState(file);
    if (format.container === 'document') return [format.parseDocument(input, file, state)];
    const outcomes: ParseOutcome[] = [];
    let offsetBytes = 0;
    for (const line of input.split('\n')) {
      if (line !== '') outcomes.push(format.parseLine(line, offsetBytes, state, file));
      offsetBytes += Buffer.byteLength(line) + 1;
      state = JSON.parse(JSON.stringify(state)) as ParserState; // as the cursor stores and loads it
    }
    return outcomes;
  };
  const idsOf = (input: string): readonly string[] => eventsOf(read(input)).map((event) => event.id);

  describe(`${format.id} in ${fixture}`, () => {
    it('is read as reviewed', () => {
      const reading = { outcomes: read(text), events: [], state: {} };
      expect(reviewable(reading)).toEqual(JSON.parse(readFixture(`${fixture}/events.json`)));
    });

    it('gives each fact once, with the same id when read again or from the middle', () => {
      const ids = idsOf(text);
      expect(ids.length).toBeGreaterThan(5);
      expect(new Set(ids).size).toBe(ids.length);
      expect(idsOf(text)).toEqual(ids);
      if (format.container !== 'jsonl' || named === 'by-place') return;
      const lines = text.split('\n');
      for (const from of [head + 2, head + 5]) {
        const rest = idsOf([...lines.slice(0, head), ...lines.slice(from)].join('\n'));
        expect(rest.filter((id) => !ids.includes(id))).toEqual([]);
      }
    });

    it('never throws, whatever it holds', () => {
      const random = createRandom(7);
      const parts = format.container === 'jsonl' ? text.split('\n') : [text];
      const times = format.container === 'jsonl' ? 40 : 800;
      for (const part of parts) {
        for (let n = 0; n < times; n++) {
          for (const outcome of read(mutateLine(part, random))) {
            expect(outcome.kind).toMatch(/^(?:records|ignored|unknown|rejected)$/);
            if (outcome.kind === 'records')
              for (const event of outcome.events) expect(event.timeMs).toBeGreaterThan(0);
          }
        }
      }
      for (const part of ['', '{', '[]', 'null', '{}']) expect(() => read(part)).not.toThrow();
    });

    it.each(['linux', 'darwin', 'win32'] as const)('is found where the agent writes it on %s', (platform) => {
      const roots = format.roots({
        platform,
        home: platform === 'win32' ? 'C:\\Users\\ana' : '/home/ana',
        env: {},
      });
      const matching = roots.filter((root) => root.matches(path));
      expect(matching.length).toBeGreaterThan(0);
      for (const root of matching) expect(root.maxDepth).toBeGreaterThanOrEqual(path.split('/').length - 1);
      for (const other of others)
        expect(
          roots.some((root) => root.matches(other)),
          other,
        ).toBe(false);
    });
  });
}
