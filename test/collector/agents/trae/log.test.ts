import { expect, it } from 'vitest';
import { TRAE_LOGS } from '../../../../collector/agents/trae/log.ts';
import { describeStore } from '../../../support/sqlite-suite.ts';

describeStore(TRAE_LOGS[0], 'trae/chats', 'state.vscdb');

it('finds the chats of each workspace and of every edition of Trae', () => {
  const roots = TRAE_LOGS[0]?.roots({ platform: 'darwin', home: '/Users/ana', env: {} }) ?? [];
  const folder = '/Users/ana/Library/Application Support/Trae CN/User/workspaceStorage';
  const root = roots.find(({ dir }) => dir === folder);
  expect(root?.matches(`${'0a1b'.repeat(8)}/state.vscdb`)).toBe(true);
  expect(root?.matches(`${'0a1b'.repeat(8)}/state.vscdb.backup`)).toBe(false);
});
