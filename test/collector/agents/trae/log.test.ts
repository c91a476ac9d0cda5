import { expect, it } from 'vitest';
import { TRAE_LOGS } from '../../../../collector/agents/trae/log.ts';
import { describeLog } from '../../../support/log-suite.ts';
import { describeStore } from '../../../support/sqlite-suite.ts';

describeStore(TRAE_LOGS[0], 'trae/chats', 'state.vscdb');

it('finds the chats of each workspace and of every edition of Trae', () => {
  const roots = TRAE_LOGS[0]?.roots({ platform: 'darwin', home: '/Users/ana', env: {} }) ?? [];
  const folder = '/Users/ana/Library/Application Support/Trae CN/User/workspaceStorage';
  const root = roots.find(({ dir }) => dir === folder);
  expect(root?.matches(`${'0a1b'.repeat(8)}/state.vscdb`)).toBe(true);
  expect(root?.matches(`${'0a1b'.repeat(8)}/state.vscdb.backup`)).toBe(false);
});

const ROLLOUT = '2026/11/03/rollout-2026-11-03T10-00-00-019e7583-0b33-7912-a209-00000000000a.jsonl';

describeLog({
  format: TRAE_LOGS[1],
  fixture: 'trae/rollout',
  path: ROLLOUT,
  others: [`${ROLLOUT}.tmp`, '2026/11/03/notes.jsonl'],
  head: 2,
});

it("finds the CLI's sessions below its own folder alone", () => {
  const context = { platform: 'win32', home: 'C:\\Users\\ana', env: { CODEX_HOME: 'D:\\codex' } } as const;
  expect(TRAE_LOGS[1]?.roots(context).map(({ dir }) => dir)).toEqual([
    'C:\\Users\\ana\\.trae\\cli\\sessions',
    'C:\\Users\\ana\\.trae\\cli\\archived_sessions',
  ]);
});
