import { describe, expect, it } from 'vitest';
import { OPENHANDS_LOGS } from '../../../../collector/agents/openhands/log.ts';
import { describeDocuments } from '../../../support/documents-suite.ts';
import { eventsOf } from '../../../support/read-log.ts';

const ID = '0f5c6d7e8f9a4b1c8d2e3f4a5b6c7d8e';

describeDocuments({
  formats: OPENHANDS_LOGS,
  fixture: 'openhands/conversation',
  others: [
    `${ID}/TASKS.json`,
    `${ID}/events/.lock`,
    `${ID}/events/sub/event-00001-x.json`,
    'base_state.json',
  ],
});

describe('openhands', () => {
  it('takes the time of the file for a time without a zone, but not that of a copy', () => {
    const [event] = OPENHANDS_LOGS;
    if (event?.container !== 'document') throw new Error('no document');
    const text = JSON.stringify({
      id: 'e1',
      kind: 'Condensation',
      timestamp: '2026-06-13T01:30:00.5',
    });
    const told = Date.UTC(2026, 5, 13, 1, 30, 0, 500);
    const timeOf = (writtenMs: number): number | undefined => {
      const relativePath = `${ID}/events/event-00001-e1.json`;
      const file = {
        agentId: 'openhands',
        formatId: event.id,
        root: '/c',
        path: '/c/x',
        relativePath,
        writtenMs,
      };
      return eventsOf([event.parseDocument(text, file, {})])[0]?.timeMs;
    };
    expect(timeOf(told + 8 * 3_600_000)).toBe(told + 8 * 3_600_000);
    expect(timeOf(told + 90 * 86_400_000)).toBe(told);
  });
});
