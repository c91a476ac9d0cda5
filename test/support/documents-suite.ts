import { describe, expect, it } from 'vitest';
import type { DocumentFormat, LogFile, LogFormat, ParseOutcome } from '../../collector/agents/spec-log.ts';
import { createRandom, mutateLine } from './mutate-json.ts';
import { eventsOf, readFixture, reviewable } from './read-log.ts';

/** For formats that record no time. */
const WRITTEN_MS = Date.UTC(2026, 9, 1);

const MUTATIONS = 300;

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
  const find = (path: string): readonly DocumentFormat[] =>
    formats.filter((format) =>
      homes.every((home) =>
        format.roots(home).some((root) => root.matches(path) && root.maxDepth >= path.split('/').length - 1),
      ),
    );
  const known = new Map<string, readonly DocumentFormat[]>();
  const matching = (path: string): readonly DocumentFormat[] => {
    const found = known.get(path) ?? find(path);
    known.set(path, found);
    return found;
  };
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
      const kinds = new Set<string>();
      // Conversations of many small documents get fewer each.
      const times = Math.ceil(MUTATIONS / documents.length);
      for (const [path, document] of documents) {
        const text = JSON.stringify(document);
        const broken = Array.from({ length: times }, () => mutateLine(text, random));
        for (const input of ['', '{', '[]', 'null', '{}', ...broken])
          for (const { kind } of read(path, input)) kinds.add(kind);
      }
      for (const kind of kinds) expect(kind).toMatch(/^(?:records|ignored|unknown|rejected)$/);
    });
  });
}
