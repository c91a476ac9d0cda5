import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startReceiver } from '../../collector/report/receive.ts';
import { writeClaudeCorpus, random } from '../../bench/shared/claude-corpus.ts';
import { buildDemoHome } from '../../collector/cli/demo/build-home.ts';
import { differences, dumpStore } from '../support/dump-store.ts';
import { killReplay, readUndisturbed } from '../support/kill-replay.ts';
import { tempDir } from '../support/temp.ts';

describe('kill -9 at random moments', () => {
  it(
    'leaves the store as if nothing had happened, and the receiver with each event',
    { timeout: 120_000 },
    async () => {
      const folder = tempDir();
      const source = join(folder, 'source');
      buildDemoHome(source, 1_750_000_000_000);
      writeClaudeCorpus(source, 4_000_000);
      const seen = new Set<string>();
      const receiver = await startReceiver({
        port: 0,
        onRecord: (record) => {
          const uid = uidOf(record.body);
          if (!/^(inventory|health|counts):/.test(uid)) seen.add(uid);
        },
      });
      const reference = await readUndisturbed(source, join(folder, 'reference'), [
        '--endpoint',
        receiver.url,
      ]);
      const expected = new Set(seen);
      seen.clear();
      const state = await killReplay({
        source,
        folder: join(folder, 'killed'),
        kills: 8,
        random: random(42),
        extra: ['--endpoint', receiver.url],
      });
      await receiver.close();
      const expectedDump = dumpStore(reference, join(folder, 'reference', 'home'));
      expect(differences(expectedDump, dumpStore(state, join(folder, 'killed', 'home')))).toEqual([]);
      expect(expectedDump['events']?.length).toBeGreaterThan(300);
      const ofSessions = (uids: Set<string>): string[] =>
        [...uids].filter((uid) => isOfSession(uid, expectedDump)).sort();
      expect(ofSessions(seen)).toEqual(ofSessions(expected));
    },
  );
});

/** The receiver's own way to drop repeats: the stable id of the OCSF event. */
function uidOf(body: unknown): string {
  const event = JSON.parse(String(body)) as { metadata: { uid: string } };
  return event.metadata.uid;
}

/** Findings about the machine name its folders, which differ between the two homes. */
function isOfSession(uid: string, dump: Record<string, string[]>): boolean {
  return (
    !uid.startsWith('f_') ||
    dump['findings']?.some((row) => row.includes(uid.slice(0, uid.indexOf(':')))) === true
  );
}
