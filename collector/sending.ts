import { REPORTING_MODES } from './contract/config.ts';
import type { Handlers } from './contract/ipc.ts';
import type { ReportItem } from './contract/report.ts';
import type { SentPreview, SentStats } from './contract/sent.ts';
import type { StoredEvent } from './contract/stored.ts';
import type { Clock } from './lib/clock.ts';
import type { Reporting } from './reporting.ts';
import type { Store } from './store/store.ts';

export interface SendingOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly reporting: Pick<Reporting, 'stats' | 'preview'>;
}

/** What leaves the machine, for the page that shows it. */
export function createSendingHandlers(
  options: SendingOptions,
): Pick<Handlers, 'sent.stats' | 'sent.preview'> {
  return {
    'sent.stats': () => sentStats(options),
    'sent.preview': async ({ mode, eventId, findingId }) => {
      const example = exampleOf(options.store, eventId, findingId);
      if (example === undefined) return null;
      const modes: SentPreview['modes'] = [];
      for (const one of mode === undefined ? REPORTING_MODES : [mode]) {
        const payload = await options.reporting.preview(example.item, one);
        const bytes = payload === undefined ? 0 : Buffer.byteLength(payload.body);
        modes.push({ mode: one, bytes, ...(payload !== undefined && { payload }) });
      }
      return { about: example.about, modes };
    },
  };
}

export function sentStats({ store, clock, reporting }: SendingOptions): SentStats {
  return {
    ...reporting.stats(),
    queued: store.outbox.size(),
    dropped: store.outbox.dropped(),
    ...store.sent.stats(clock.nowMs()),
  };
}

interface Example {
  readonly item: ReportItem;
  readonly about: SentPreview['about'];
}

/** What was asked for, or else the latest tool call; `undefined` when there is none. */
function exampleOf(
  store: Store,
  eventId: string | undefined,
  findingId: string | undefined,
): Example | undefined {
  if (findingId !== undefined) {
    const finding = store.read.finding(findingId);
    if (finding === undefined) return undefined;
    return {
      item: { type: 'finding', finding },
      about: { kind: 'finding', id: finding.id, title: finding.title },
    };
  }
  const event =
    eventId === undefined
      ? store.read.events({ kind: 'tool.call', limit: 1 })[0]?.event
      : store.timeline.event(eventId, () => [])?.event;
  if (event === undefined) return undefined;
  return { item: { type: 'event', event }, about: { kind: 'event', id: event.id, title: titleOf(event) } };
}

function titleOf(event: StoredEvent): string {
  return event.tool === undefined ? event.kind : `${event.kind} ${event.tool.name}`;
}
