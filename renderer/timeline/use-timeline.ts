import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react';
import type { EventKind } from '../../collector/contract/event.ts';
import type { SequencedEvent } from '../../collector/contract/ipc.ts';
import type { StoredEvent } from '../../collector/contract/stored.ts';
import type { Api } from '../api.ts';
import { useApi } from '../hooks/reeve.tsx';

/** Small enough to be read and checked within a frame. */
export const PAGE = 100;
/** Pages kept: what was read far away is asked for again, so that the memory of a long session stays small. */
const MAX_PAGES = 40;
/** Rows that are loaded before they come to the screen. */
const AHEAD = 60;
/** Somebody who pulls the scroll bar passes hundreds of pages: only those where the hand rests are asked for. */
const MAX_ASKED = 2;
/** News of a busy session are gathered for this long. */
const GATHER_MS = 250;

export interface Timeline {
  /** Events of these kinds; undefined until the first answer. */
  readonly total: number | undefined;
  readonly at: (index: number) => SequencedEvent | undefined;
  /** How the call at a place ended, when its result was loaded. */
  readonly outcomeAt: (index: number) => StoredEvent['outcome'];
  /** Says which part is on the screen, so that it is loaded. */
  readonly show: (first: number, last: number) => void;
  readonly error: Error | undefined;
}

/**
 * The events of a session as a list of any length: pages around what is shown, kept true by notifications. Opening a
 * session of 100,000 events reads one page.
 */
export function useTimeline(sessionId: string, kinds: readonly EventKind[]): Timeline {
  const api = useApi();
  const pages = useRef(new Map<number, Page>());
  const asked = useRef(new Set<number>());
  const shown = useRef({ first: 0, last: 0 });
  const [state, setState] = useState<{ total?: number; error?: Error; version: number }>({ version: 0 });

  const load = useCallback(
    async (page: number): Promise<void> => {
      if (asked.current.has(page)) return;
      asked.current.add(page);
      const held = pages.current;
      try {
        const answer = await api.call('events.page', {
          sessionId,
          anchor: { index: page * PAGE },
          limit: PAGE,
          kinds: [...kinds],
        });
        if (held !== pages.current) return;
        const before = held.get(page);
        const events = sameAsBefore(answer.events, before?.events ?? []);
        held.delete(page);
        held.set(page, { events, outcomes: before?.outcomes ?? new Map() });
        for (const old of held.keys()) if (held.size > MAX_PAGES) held.delete(old);
        setState(({ version }) => ({ total: answer.total, version: version + 1 }));
        const outcomes = await outcomesOf(api, sessionId, events);
        if (held !== pages.current || !held.has(page)) return;
        held.set(page, { events, outcomes });
        setState((before) => ({ ...before, version: before.version + 1 }));
      } catch (error) {
        if (held === pages.current && error instanceof Error)
          setState((before) => ({ ...before, error, version: before.version + 1 }));
      } finally {
        asked.current.delete(page);
      }
    },
    [api, sessionId, kinds],
  );

  /** Asks for what is on the screen and not here, a little at a time; what comes asks for the rest. */
  const fill = useCallback(async (): Promise<void> => {
    const missing = pagesAround(shown.current).find(
      (page) => !pages.current.has(page) && !asked.current.has(page),
    );
    if (missing === undefined || asked.current.size >= MAX_ASKED) return;
    await load(missing);
    if (pages.current.has(missing)) await fill();
  }, [load]);

  const show = useCallback(
    (first: number, last: number) => {
      shown.current = { first, last };
      void fill();
    },
    [fill],
  );

  const again = useEffectEvent(() => {
    const { first, last } = shown.current;
    const visible = new Set<number>();
    for (let page = Math.floor(first / PAGE); page <= Math.floor(last / PAGE); page++) visible.add(page);
    for (const page of pages.current.keys()) if (!visible.has(page)) pages.current.delete(page);
    for (const page of visible) void load(page);
  });

  useEffect(() => {
    pages.current = new Map();
    asked.current = new Set();
    setState({ version: 0 });
    void load(0);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = (): void => {
      if (document.visibilityState !== 'visible') return;
      timer ??= setTimeout(() => {
        timer = undefined;
        again();
      }, GATHER_MS);
    };
    const stopNotices = api.onNotice((notice) => {
      if (notice.name === 'resync') soon();
      if (
        notice.name === 'events.created' &&
        notice.body.events.some(({ event }) => event.sessionId === sessionId)
      )
        soon();
    });
    const stopState = api.onState((link) => {
      if (link.kind === 'open') soon();
    });
    document.addEventListener('visibilitychange', soon);
    return () => {
      clearTimeout(timer);
      stopNotices();
      stopState();
      document.removeEventListener('visibilitychange', soon);
    };
  }, [api, sessionId, load]);

  const at = useCallback(
    (index: number) => {
      const page = Math.floor(index / PAGE);
      return pages.current.get(page)?.events[index - page * PAGE];
    },
    // A new version is a new function, so that rows look again.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [state.version],
  );
  const outcomeAt = useCallback(
    (index: number) => {
      const page = pages.current.get(Math.floor(index / PAGE));
      const callId = page?.events[index % PAGE]?.event.tool?.callId;
      return callId === undefined ? undefined : page?.outcomes.get(callId);
    },
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [state.version],
  );
  return { total: state.total, at, outcomeAt, show, error: state.error };
}

/** Those on the screen first, then those that may come next. */
function pagesAround({ first, last }: { readonly first: number; readonly last: number }): readonly number[] {
  const pageOf = (index: number): number => Math.max(0, Math.floor(index / PAGE));
  return [...new Set([pageOf(first), pageOf(last), pageOf(last + AHEAD), pageOf(first - AHEAD)])];
}

/** Events do not change: the ones that were here stay the same objects, so that their rows are not built again. */
function sameAsBefore(
  events: readonly SequencedEvent[],
  before: readonly SequencedEvent[],
): readonly SequencedEvent[] {
  const bySeq = new Map(before.map((placed) => [placed.seq, placed]));
  return events.map((placed) => bySeq.get(placed.seq) ?? placed);
}

interface Page {
  readonly events: readonly SequencedEvent[];
  readonly outcomes: ReadonlyMap<string, StoredEvent['outcome']>;
}

/** Results stand soon after their calls: those that follow the first call of the page are asked for in one go. */
async function outcomesOf(
  api: Api,
  sessionId: string,
  events: readonly SequencedEvent[],
): Promise<ReadonlyMap<string, StoredEvent['outcome']>> {
  const first = events.find(({ event }) => event.kind === 'tool.call');
  if (first === undefined) return new Map();
  const results = await api.call('events.page', {
    sessionId,
    anchor: { seq: first.seq },
    limit: PAGE * 2,
    kinds: ['tool.result'],
  });
  const outcomes = new Map<string, StoredEvent['outcome']>();
  for (const { event } of results.events) {
    const callId = event.input?.['callId'];
    if (typeof callId === 'string') outcomes.set(callId, event.outcome);
  }
  return outcomes;
}
