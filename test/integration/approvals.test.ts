import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import type { IpcClient } from '../../collector/ipc/client.ts';
import { type RunningCollector, startCollector } from '../support/collector-process.ts';
import { tempDir } from '../support/temp.ts';

let running: RunningCollector | undefined;
afterEach(() => running?.child.kill('SIGKILL'));

const RULE = 'mcp.changed-after-approval';

/** The usual look comes every 5 minutes: what shows within half a minute was looked at because of the decision. */
async function until(client: IpcClient, isThere: boolean): Promise<void> {
  for (let n = 0; n < 300; n++) {
    const open = await client.call('findings.list', { status: 'open', limit: 1_000 });
    if (open.some(({ ruleId }) => ruleId === RULE) === isThere) return;
    await sleep(100);
  }
  throw new Error(`${RULE} is ${isThere ? 'not there' : 'still there'}`);
}

it('judges what was found again as soon as a person decided', async () => {
  const home = tempDir();
  const file = join(home, '.claude.json');
  const server = (args: readonly string[]): void => {
    writeFileSync(file, JSON.stringify({ mcpServers: { files: { command: 'files-server', args } } }));
  };
  server(['--read-only']);
  running = await startCollector({ own: home }, join(tempDir(), 'state'));
  const { client } = running;
  const approve = async (): Promise<void> => {
    const item = (await client.call('approvals.list', {})).find(({ name }) => name === 'files');
    if (item === undefined) throw new Error('no server');
    const { decided } = await client.call('approvals.decide', { ids: [item.id], decision: 'approve' });
    expect(decided).toHaveLength(1);
  };
  await approve();
  server(['--everything', '--root', '/']);
  await until(client, true);
  await approve();
  await until(client, false);
  // Taken back, it is open again: nobody decided on what is there now.
  const [row] = await client.call('actions.undoable', { limit: 1 });
  expect(row?.action).toBe('approval.approve');
  await client.call('actions.undo', { auditSeq: row?.auditSeq ?? 0 });
  expect((await client.call('approvals.list', {})).find(({ name }) => name === 'files')?.state).toBe('new');
  await running.stop();
}, 90_000);
