import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OUTBOX_PRIORITIES, parseOutboxItem, reportUid } from '../../../collector/contract/report.ts';
import { finding, inventoryItem } from './arbitraries.ts';
import { storedEvent } from './memory-outbox.ts';

describe('parseOutboxItem', () => {
  it('reads events and actions, findings, and inventory by the priority of their row', () => {
    const event = storedEvent('e1');
    for (const priority of ['event', 'action'] as const)
      expect(parseOutboxItem(priority, JSON.stringify(event))).toEqual({ type: 'event', event });
    fc.assert(
      fc.property(finding, (one) => {
        expect(parseOutboxItem('finding', JSON.stringify(one))).toMatchObject({ type: 'finding' });
      }),
      { numRuns: 50 },
    );
    fc.assert(
      fc.property(inventoryItem, (item) => {
        expect(parseOutboxItem('inventory', JSON.stringify(item))?.type).toBe(item.type);
      }),
      { numRuns: 200 },
    );
  });

  it('gives nothing for text that is no such item, and never throws', () => {
    const event = JSON.stringify(storedEvent('e1'));
    expect(parseOutboxItem('finding', event)).toBeUndefined();
    expect(parseOutboxItem('inventory', event)).toBeUndefined();
    fc.assert(
      fc.property(
        fc.constantFrom(...OUTBOX_PRIORITIES),
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.nat(event.length - 1).map((end) => event.slice(0, end)),
        ),
        (priority, text) => {
          expect(parseOutboxItem(priority, text)).toBeUndefined();
        },
      ),
    );
  });
});

describe('reportUid of inventory', () => {
  it('differs when the same thing is seen again later', () => {
    fc.assert(
      fc.property(inventoryItem, (item) => {
        expect(reportUid({ ...item, observedMs: item.observedMs + 1 })).not.toBe(reportUid(item));
      }),
    );
  });
});
