import { describe, expect, it } from 'vitest';
import type { DocumentFormat, LogFile, LogFormat, ParseOutcome } from '../../collector/agents/spec-log.ts';
import { createRandom, mutateLine } from './mutate-json.ts';
import { eventsOf, readFixture, reviewable } from './read-log.ts';

/** For formats that record no time. */
const WRITTEN_MS = Date.UTC(2026, 9, 1);

interface DocumentsCase {
  readonly formats: readonly (LogFormat | undefined)[];
  /** Folder of `input.json`, an object of documents by their path below the root, and `events.json`. */
  readonly fixture: string;
  /** Beside them, and not to be read. */
  readonly others: readonly string[];
}

/** What logs of many small documents must do: be found, read as reviewed, repeat harmlessly, and never throw. */
export function describeDocuments({ formats: given, fixture, others }: DocumentsCase): void {
  const formats = given.map((format) => {
    if (format?.container !== 'document') throw new Error('no document format');
    return format;
  });
  const homes = (['linux', 'darwin', 'win32'] as const).map((platform) => ({
    platform,
    home: platform === 'win32' ? 'C:\\Users\\ana' : '/home/ana',
    env: {},
  }));
  const matching = (path: string): readonly DocumentFormat[] =>
    formats.filter((format) =>
      homes.every((home) =>
        format.roots(home).some((root) => root.matches(path) && root.maxDepth >= path.split('/').length - 1),
      ),
    );
  const documents = Object.entries(
    JSON.parse(readFixture(`${fixture}/input.json`)) as Record<string, unknown>,
  );
  const fileOf = (relativePath: string): LogFile => ({
    agentId: fixture.split('/')[0] ?? '',
    formatId: '',
    root: '/logs',
    path: `/logs/${relativePath}`,
    relativePath,
    writtenMs: WRITTEN_MS,
  });
  const read = (path: string, text: string): readonly ParseOutcome[] =>
    matching(path).map((format) =>
      format.parseDocument(text, fileOf(path), format.initialState(fileOf(path))),
    );
  const readAll = (): readonly ParseOutcome[] =>
    documents.flatMap(([path, document]) => read(path, JSON.stringify(document)));

  describe(`documents in ${fixture}`, () => {
    it('are found on every system, each by one format', () => {
      for (const [path] of documents) expect(matching(path).length, path).toBe(1);
      for (const path of others) expect(matching(path), path).toEqual([]);
      for (const format of formats)
        expect(documents.some(([path]) => matching(path).includes(format))).toBe(true);
    });

    it('are read as reviewed, and with the same ids again', () => {
      const outcomes = readAll();
      expect(reviewable({ outcomes, events: [], state: {} })).toEqual(
        JSON.parse(readFixture(`${fixture}/events.json`)),
      );
      expect(eventsOf(readAll()).map(({ id }) => id)).toEqual(eventsOf(outcomes).map(({ id }) => id));
    });

    it('never throw, whatever they hold', () => {
      const random = createRandom(5);
      for (const [path, document] of documents) {
        for (const broken of ['', '{', '[]', 'null', '{}']) expect(() => read(path, broken)).not.toThrow();
        const text = JSON.stringify(document);
        for (let n = 0; n < 40; n++)
          for (const outcome of read(path, mutateLine(text, random)))
            expect(outcome.kind).toMatch(/^(?:records|ignored|unknown|rejected)$/);
      }
    });
  });
}
