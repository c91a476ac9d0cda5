import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { callDirectly } from '../../collector/call-directly.ts';
import type { Params, Result } from '../../collector/contract/ipc.ts';
import { removeOldCopies } from '../../collector/copies.ts';
import { createPlatform } from '../../collector/platform/index.ts';
import { Store } from '../../collector/store/store.ts';
import { Window } from '../../collector/window.ts';
import { tempDir } from '../support/temp.ts';
import { windowOptions } from '../support/window-options.ts';

const DAY_MS = 86_400_000;
const SETTINGS = `{
  "hooks": { "PreToolUse": [{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "neat" }, { "type": "command", "command": "own" }] }] }
}
`;
const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

type Asked = 'quarantine.add' | 'actions.undo' | 'actions.undoable' | 'copies.list' | 'copies.remove';

function open() {
  const dir = tempDir();
  const home = join(dir, 'home');
  const skill = join(home, '.agent', 'skills', 'neat');
  mkdirSync(skill, { recursive: true, mode: 0o700 });
  writeFileSync(join(skill, 'SKILL.md'), '# neat');
  const file = join(home, '.agent', 'settings.json');
  writeFileSync(file, SETTINGS, { mode: 0o600 });
  const store = Store.open({ path: join(dir, 'state', 'reeve.db'), nowMs: Date.now });
  const asset = { agentIds: ['claude-code'], scope: 'user' };
  const hook = { ...asset, kind: 'hook', name: 'PreToolUse', path: file };
  const assets = [
    { ...asset, id: 'skill-neat', kind: 'skill', name: 'neat', path: join(skill, 'SKILL.md') },
    { ...hook, id: 'hook-neat', pointer: '/hooks/PreToolUse/0/hooks/0/command' },
    { ...hook, id: 'hook-odd', pointer: '/notify' },
    { ...hook, id: 'hook-file' },
  ];
  store.inventory.replace({ agent: [], 'mcp-server': [], asset: assets }, 1);
  const platform = createPlatform();
  const window = new Window(
    windowOptions(store, dir, {
      platform: {
        ...platform,
        readIdentity: () => platform.readIdentity(),
        readHost: () => platform.readHost(),
        ownHome: { ...platform.ownHome, home },
      },
    }),
  );
  closing.push(
    () => window.close(),
    () => {
      store.close();
    },
  );
  return {
    aside: join(dir, 'aside'),
    file,
    skill,
    store,
    ask: <M extends Asked>(method: M, params: Params<M>): Promise<Result<M>> =>
      callDirectly(window.handlers, method, params),
  };
}

describe('a hook', () => {
  it('is taken out whole, so that what stays is valid, and put back', async () => {
    const { ask, file } = open();
    const request = { kind: 'hook' as const, id: 'hook-neat' };
    expect(await ask('quarantine.add', { ...request, preview: true })).toMatchObject({
      status: 'done',
      detail: /The hook PreToolUse is taken out of .*settings\.json/,
    });
    expect(readFileSync(file, 'utf8')).toBe(SETTINGS);
    expect(await ask('quarantine.add', request)).toMatchObject({ status: 'done', auditSeq: 1 });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      hooks: { PreToolUse: [{ matcher: 'Bash', hooks: [{ type: 'command', command: 'own' }] }] },
    });
    writeFileSync(file, readFileSync(file, 'utf8').replace('"own"', '"mine"'));
    expect(await ask('actions.undo', { auditSeq: 1 })).toMatchObject({ status: 'done' });
    const { hooks } = JSON.parse(readFileSync(file, 'utf8')) as {
      hooks: { PreToolUse: { hooks: { command: string }[] }[] };
    };
    expect(hooks.PreToolUse[0]?.hooks.map(({ command }) => command)).toEqual(['neat', 'mine']);
  });

  it('that is no entry of a list is left alone', async () => {
    const { ask, file } = open();
    for (const id of ['hook-odd', 'hook-file', 'skill-neat', 'none'])
      expect(await ask('quarantine.add', { kind: 'hook', id })).toMatchObject({ status: 'refused' });
    expect(readFileSync(file, 'utf8')).toBe(SETTINGS);
  });
});

describe('copies', () => {
  it('are told with their size and end, and removed for good, after which nothing is taken back', async () => {
    const { ask, aside, file, skill, store } = open();
    await ask('quarantine.add', { kind: 'hook', id: 'hook-neat' });
    await ask('quarantine.add', { kind: 'skill', id: 'skill-neat' });
    const copies = await ask('copies.list', {});
    const [folder, entry] = copies[0]?.kind === 'folder' ? copies : [...copies].reverse();
    expect(folder).toMatchObject({ kind: 'folder', path: skill, auditSeq: 2 });
    expect(entry).toMatchObject({
      kind: 'entry',
      path: file,
      name: 'PreToolUse',
      sizeBytes: SETTINGS.length,
      auditSeq: 1,
    });
    expect((entry?.removedMs ?? 0) - (entry?.timeMs ?? 0)).toBe(90 * DAY_MS);
    expect(await ask('copies.remove', { id: folder?.id ?? '' })).toMatchObject({
      status: 'done',
      detail: /gone for good/,
    });
    expect(readdirSync(aside)).toHaveLength(1);
    expect((await ask('actions.undoable', {})).map(({ auditSeq }) => auditSeq)).toEqual([1]);
    expect(await ask('actions.undo', { auditSeq: 2 })).toMatchObject({ status: 'refused' });
    expect(await ask('copies.remove', { id: folder?.id ?? '' })).toMatchObject({ status: 'refused' });
    expect(store.listAudit({ limit: 10 }).map(({ action }) => action)).toContain('copies.remove');
    expect(store.verifyAudit().ok).toBe(true);
  });

  it('of what was taken back are not told any more', async () => {
    const { ask, skill } = open();
    await ask('quarantine.add', { kind: 'skill', id: 'skill-neat' });
    await ask('actions.undo', { auditSeq: 1 });
    expect(existsSync(skill)).toBe(true);
    expect(await ask('copies.list', {})).toEqual([]);
  });

  it('older than the limit are removed and written down, also when they are not there any more', async () => {
    const { ask, aside, store, skill } = open();
    await ask('quarantine.add', { kind: 'hook', id: 'hook-neat' });
    await ask('quarantine.add', { kind: 'skill', id: 'skill-neat' });
    expect(removeOldCopies(store, Date.now() + 29 * DAY_MS, 30)).toBe(0);
    rmSync(aside, { recursive: true });
    expect(removeOldCopies(store, Date.now() + 31 * DAY_MS, 30)).toBe(2);
    expect([await ask('copies.list', {}), existsSync(skill)]).toEqual([[], false]);
    expect(store.listAudit({ limit: 10 }).filter(({ action }) => action === 'copies.remove')).toHaveLength(2);
    expect(store.listAudit({ afterSeq: 2, limit: 1 })[0]).toMatchObject({
      actor: { via: 'policy' },
      reason: 'copies are kept for 30 days',
    });
  });
});
