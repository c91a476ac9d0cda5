import type { QueryClient } from '@tanstack/react-query';
import type { Api } from './api.ts';
import type { Method, Notification } from '../collector/contract/ipc.ts';

/** Which answers are old once this was told. What a page shows of them is asked for again; the rest when next shown. */
const STALE: Readonly<Record<Notification, readonly Method[]>> = {
  'events.created': ['overview.get', 'processes.list', 'mcpServers.running'],
  'findings.changed': [
    'findings.list',
    'findings.bySession',
    'findings.explain',
    'findings.get',
    'overview.get',
    'events.marks',
  ],
  'health.changed': ['health.list', 'status.get', 'overview.get'],
  'status.changed': ['status.get', 'overview.get', 'health.list'],
  'sessions.changed': ['sessions.list', 'sessions.get'],
  'inventory.changed': [
    'agents.list',
    'mcpServers.list',
    'mcpServers.running',
    'credentials.list',
    'assets.list',
    'approvals.list',
    'inventory.changes',
  ],
  'approvals.changed': ['approvals.list', 'overview.get'],
  'sent.changed': ['sent.stats', 'sent.list', 'overview.get'],
  'settings.changed': ['settings.get', 'status.get'],
  resync: [],
};

/** Old once Reeve did something itself. */
const ACTED: readonly Method[] = ['audit.list', 'audit.verify', 'actions.undoable', 'privileges.get'];

/** Answers that the collector has to work for: old by the same news, and asked for again much more seldom. */
const COSTLY: readonly Method[] = ['graph.get', 'processes.ofSession', 'baseline.list'];
const COSTLY_SETTLE_MS = 15_000;

/** Busy sessions tell up to ten times a second; lists that people read need not move faster than this. */
const SETTLE_MS = 700;

/**
 * Keeps what is shown true without asking in a loop: notifications mark answers as old, all at most once in
 * `SETTLE_MS`. A page that nobody sees takes no notifications and asks for everything again when it is seen.
 */
export function followChanges(api: Api, queries: QueryClient): () => void {
  const stale = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  let costlyTimer: ReturnType<typeof setTimeout> | undefined;

  const askAgain = (methods: ReadonlySet<string>): void => {
    void queries.invalidateQueries({
      predicate: ({ queryKey }) => typeof queryKey[0] === 'string' && methods.has(queryKey[0]),
    });
  };
  const settle = (): void => {
    timer = undefined;
    askAgain(new Set(stale));
    stale.clear();
  };
  const settleCostly = (): void => {
    costlyTimer = undefined;
    askAgain(new Set(COSTLY));
  };
  const everything = (): void => {
    void queries.invalidateQueries();
  };

  const stopNotices = api.onNotice((notice) => {
    const { name } = notice;
    if (name === 'resync') {
      everything();
      return;
    }
    for (const method of STALE[name]) stale.add(method);
    if (
      name === 'events.created' &&
      notice.body.events.some(({ event }) => event.kind === 'action.performed')
    )
      for (const method of ACTED) stale.add(method);
    if (document.visibilityState !== 'visible') return;
    timer ??= setTimeout(settle, SETTLE_MS);
    if (name === 'events.created') costlyTimer ??= setTimeout(settleCostly, COSTLY_SETTLE_MS);
  });
  let wasOpen = false;
  const stopState = api.onState((state) => {
    if (state.kind !== 'open') return;
    selectNotices(api);
    if (wasOpen) everything();
    wasOpen = true;
  });
  const onVisibility = (): void => {
    selectNotices(api);
    if (document.visibilityState === 'visible') everything();
  };
  document.addEventListener('visibilitychange', onVisibility);
  return () => {
    stopNotices();
    stopState();
    clearTimeout(timer);
    clearTimeout(costlyTimer);
    document.removeEventListener('visibilitychange', onVisibility);
  };
}

/** All of them while the page is seen, none while it is not: a tab in the background costs the collector nothing. */
function selectNotices(api: Api): void {
  const names = document.visibilityState === 'visible' ? Object.keys(STALE) : [];
  api.call('notices.select', { names }).catch(() => {
    // A collector without this method sends everything, which is only more than needed.
  });
}
