import type { StoredEvent } from './contract/stored.ts';
import type { SessionPlace } from './pipeline/baseline/observe.ts';
import type { IngestPlace } from './pipeline/ingest.ts';
import type { Store } from './store/store.ts';

const MAX_SESSIONS = 1_000;
const MAX_ANCESTORS = 8;
const MAX_LOOKS = 10;

/** Whose sessions events belong to, and in which project: read from the store once per session. */
export class SessionPlaces {
  readonly #store: Store;
  readonly #homes: readonly IngestPlace[];
  readonly #places = new Map<string, SessionPlace>();
  /** Sessions without a folder: how often they were looked up. */
  readonly #unplaced = new Map<string, number>();

  constructor(store: Store, homes: readonly IngestPlace[]) {
    this.#store = store;
    this.#homes = homes;
  }

  ofEvent(event: StoredEvent): SessionPlace {
    return this.#look(event.sessionId, event) ?? this.#guess(event);
  }

  /** @returns `undefined` for a session nothing was stored of */
  ofSession(sessionId: string): SessionPlace | undefined {
    return this.#look(sessionId, undefined);
  }

  /** Something about the session changed: it is looked up again. */
  forget(sessionId: string): void {
    this.#places.delete(sessionId);
  }

  clear(): void {
    this.#places.clear();
    this.#unplaced.clear();
  }

  /** Facts of a session, of the session a person started for its project; looked up once. */
  #look(sessionId: string, event: StoredEvent | undefined): SessionPlace | undefined {
    const known = this.#places.get(sessionId);
    if (known !== undefined) return known;
    const { baseline } = this.#store;
    const own = baseline.session(sessionId);
    if (own === undefined) return undefined;
    let rootId = sessionId;
    let root = own;
    for (let n = 0; n < MAX_ANCESTORS; n++) {
      const parentId = root.parentId ?? (n === 0 ? event?.parentSessionId : undefined);
      const parent = parentId === undefined || parentId === rootId ? undefined : baseline.session(parentId);
      if (parentId === undefined || parent === undefined) break;
      rootId = parentId;
      root = parent;
    }
    const home = this.#homeOf(event?.source.path);
    const workspace = own.cwd ?? root.cwd;
    const place: SessionPlace = {
      rootId,
      agentId: own.agentId,
      user: own.user,
      project: root.cwd ?? own.cwd ?? '',
      workspace,
      home: home.home,
      platform: home.platform,
      ...(own.model !== undefined && { model: own.model }),
      ...(own.account !== undefined && { account: own.account }),
      ...(own.permissionMode !== undefined && { mode: own.permissionMode }),
      ...(root.repository !== undefined && { repository: root.repository }),
    };
    this.#remember(sessionId, place);
    return place;
  }

  #remember(sessionId: string, place: SessionPlace): void {
    if (place.project === '') {
      // A session whose folder is not known yet may tell it with one of its next records.
      const looks = (this.#unplaced.get(sessionId) ?? 0) + 1;
      if (this.#unplaced.size >= MAX_SESSIONS) this.#unplaced.clear();
      this.#unplaced.set(sessionId, looks);
      if (looks < MAX_LOOKS) return;
    }
    if (this.#places.size >= MAX_SESSIONS) this.#places.clear();
    this.#places.set(sessionId, place);
  }

  #guess(event: StoredEvent): SessionPlace {
    const { home, platform } = this.#homeOf(event.source.path);
    const cwd = event.input?.['cwd'];
    const workspace = typeof cwd === 'string' ? cwd : undefined;
    return {
      rootId: event.parentSessionId ?? event.sessionId,
      agentId: event.agentId,
      user: event.actor.user,
      project: workspace ?? '',
      workspace,
      home,
      platform,
    };
  }

  #homeOf(path: string | undefined): Pick<IngestPlace, 'home' | 'platform'> {
    const homes = this.#homes;
    const found = path === undefined ? undefined : homes.find(({ home }) => path.startsWith(home));
    return found ?? homes[0] ?? { home: '/', platform: 'linux' };
  }
}
