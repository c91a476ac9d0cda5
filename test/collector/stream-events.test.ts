import { appendFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../collector/contract/stored.ts';
import { streamEvents } from '../../collector/stream-events.ts';
import { claudeCall, claudeLog } from '../support/claude-lines.ts';
import { tempDir } from '../support/temp.ts';

const SESSION = 'aaaaaaaa-0000-4000-8000-000000000001';

async function read(home: string, sinceMs?: number): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  const options = {
    home: { platform: 'linux' as const, home, env: {} },
    actor: { user: 'ana' },
    nowMs: Date.now,
  };
  for await (const event of streamEvents({ ...options, ...(sinceMs !== undefined && { sinceMs }) }))
    events.push(event);
  return events;
}

const commands = (events: readonly StoredEvent[]): unknown[] =>
  events.filter(({ kind }) => kind === 'tool.call').map(({ input }) => input?.['command']);

describe('streamEvents', () => {
  it('yields each call once, also when another log repeats it', async () => {
    const home = tempDir();
    const lines = [claudeCall(1, { command: 'ls' }), claudeCall(2, { command: 'pwd' })];
    claudeLog(home, '-shop', SESSION, lines);
    claudeLog(home, '-copy', SESSION, [...lines, claudeCall(3, { command: 'id' })]);
    expect(commands(await read(home)).sort()).toEqual(['id', 'ls', 'pwd']);
  });

  it('leaves out what is older, broken, unfinished or outside the folder of the logs', async () => {
    const home = tempDir();
    const outside = tempDir();
    const path = claudeLog(home, '-shop', SESSION, [
      claudeCall(1, { command: 'old' }, { timestamp: '2020-01-01T00:00:00.000Z' }),
      'not json\n',
      claudeCall(2, { command: 'new' }),
    ]);
    appendFileSync(path, claudeCall(3, { command: 'unfinished' }).slice(0, -20));
    const elsewhere = claudeLog(outside, '-x', SESSION, [claudeCall(4, { command: 'outside' })]);
    mkdirSync(join(home, '.claude/projects/-link'));
    symlinkSync(elsewhere, join(home, '.claude/projects/-link/b.jsonl'));
    expect(commands(await read(home))).toEqual(['old', 'new']);
    expect(commands(await read(home, Date.parse('2021-01-01')))).toEqual(['new']);
  });

  it('hides secrets, and writes nothing', async () => {
    const home = tempDir();
    const secret = ['ghp_', 'a1B2c3D4e5F6g7H8i9J0'.repeat(2).slice(0, 36)].join('');
    claudeLog(home, '-shop', SESSION, [
      claudeCall(1, { command: `curl -H "Authorization: Bearer ${secret}" https://api.example.com` }),
    ]);
    const before = readdirSync(home, { recursive: true });
    const text = JSON.stringify(await read(home));
    expect(text).not.toContain(secret);
    expect(text).toContain('api.example.com');
    expect(readdirSync(home, { recursive: true })).toEqual(before);
  });

  it('has nothing to say about a home without agents, or one that is a file', async () => {
    const home = tempDir();
    writeFileSync(join(home, '.claude'), 'a file');
    expect(await read(home)).toEqual([]);
    expect(await read(join(home, '.claude'))).toEqual([]);
  });
});
