import { afterEach, describe, expect, it } from 'vitest';
import { sessionId } from '../../collector/contract/event.ts';
import { createAttribution, type Attributor } from '../../collector/pipeline/attribution/index.ts';
import { LinuxProcessReader } from '../../collector/platform/linux-processes.ts';
import { openProcessEvents } from '../../collector/sources/process-events.ts';
import { ProcessWatch } from '../../collector/sources/process-watch.ts';
import { AgentZoo, agentOf } from '../support/agent-zoo.ts';

const PATIENT = { timeout: 25_000, interval: 250 };
const watches: ProcessWatch[] = [];
const zoos: AgentZoo[] = [];
afterEach(async () => {
  const { processes } = await new LinuxProcessReader().read();
  for (const zoo of zoos.splice(0)) zoo.close(processes);
  for (const watch of watches.splice(0)) await watch.stop();
});

/** Ways in which what an agent starts gets away from it. */
const WAYS = [
  'SLEEP',
  'SLEEP & SLEEP & wait',
  'sh -c "SLEEP | SLEEP"',
  'setsid SLEEP & SLEEP',
  '(setsid SLEEP &) ; SLEEP',
  'nohup SLEEP >/dev/null 2>&1 & SLEEP',
  'env -i /bin/sh -c "SLEEP & SLEEP"',
  'env -i /usr/bin/setsid /bin/sh -c "(SLEEP &) ; SLEEP" & SLEEP',
  'setsid sh -c "(setsid sh -c \\"(SLEEP &) ; SLEEP\\" &) ; SLEEP" & wait',
];

async function watching(zoo: AgentZoo): Promise<{ watch: ProcessWatch; attributor: Attributor }> {
  zoos.push(zoo);
  const attributor = createAttribution({ agentOf });
  const reader = new LinuxProcessReader();
  const watch: ProcessWatch = new ProcessWatch({
    reader,
    isAgent: (process) => agentOf(process) !== undefined,
    onChanges: (batch) => {
      attributor.processes(batch, (key) => watch.ancestorsOf(key));
    },
    openEvents: (handlers) => openProcessEvents(reader.eventSetup, handlers),
    intervals: { fastMs: 100, slowMs: 100 },
  });
  watches.push(watch);
  await watch.start();
  return { watch, attributor };
}

async function sleepersOf(watch: ProcessWatch, zoo: AgentZoo): Promise<number> {
  await watch.refresh();
  return watch.snapshot().processes.filter(({ argv }) => zoo.ownerOf(argv.join(' ')) !== undefined).length;
}

describe('a zoo of agents', () => {
  it('has every child on its own session, whatever the child did to get away', async () => {
    const zoo = new AgentZoo();
    const { watch, attributor } = await watching(zoo);
    const inner = [
      zoo.add('codex', 'web', WAYS.slice(0, 4)),
      zoo.add('claude-code', 'web', WAYS.slice(4, 8)),
    ];
    const outer = zoo.add('claude-code', 'web', [...WAYS, ...inner.map((one) => zoo.commandFor(one))]);
    const others = [
      zoo.add('claude-code', 'web', WAYS),
      zoo.add('codex', 'api', WAYS),
      zoo.add('gemini-cli', 'web', WAYS),
      zoo.add('copilot-cli', 'docs', WAYS, false),
    ];
    for (const one of [outer, ...others]) zoo.start(one);
    await expect.poll(() => sleepersOf(watch, zoo), PATIENT).toBe(zoo.sleeps);
    zoo.readLogs(attributor);

    const expected = zoo.expected(watch.snapshot().processes);
    const wrong: string[] = [];
    let right = 0;
    for (const [process, one] of expected) {
      const found = attributor.of(process);
      const wanted = sessionId(one.agent, one.session);
      if (found?.sessionId === wanted && found.agentId === one.agent) right += 1;
      else if (found?.sessionId !== undefined)
        wrong.push(`${process.argv.join(' ')}: ${JSON.stringify(found)}`);
    }
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(expected.size).toBeGreaterThanOrEqual(zoo.sleeps);
    // Without the kernel's events, what ends between two looks is missed, and with it the way up to the agent.
    expect(right / expected.size).toBeGreaterThan(watch.health().source === 'events' ? 0.99 : 0.9);
    for (const one of inner) {
      const nested = [...expected].find(([, of]) => of === one)?.[0];
      const links = nested === undefined ? [] : (attributor.of(nested)?.links ?? []);
      expect(links.some(({ detail }) => detail.startsWith('inside claude-code'))).toBe(true);
    }
  });

  it('guesses nothing when two agents of a kind without markers work in one folder', async () => {
    const zoo = new AgentZoo();
    const { watch, attributor } = await watching(zoo);
    const same = ['SLEEP & wait', 'setsid SLEEP & wait'];
    const both = [zoo.add('gemini-cli', 'web', same), zoo.add('gemini-cli', 'web', same)];
    for (const one of both) zoo.start(one);
    await expect.poll(() => sleepersOf(watch, zoo), PATIENT).toBe(zoo.sleeps);
    zoo.readLogs(attributor);
    for (const [process, one] of zoo.expected(watch.snapshot().processes)) {
      const found = attributor.of(process);
      expect(found?.agentId).toBe('gemini-cli');
      if (found?.sessionId === undefined) expect(found?.unresolved).toBe('no-session-seen');
      else expect(found.sessionId).toBe(sessionId('gemini-cli', one.session));
    }
  });
});
