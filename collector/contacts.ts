import type { Contact } from './store/processes.ts';

/** Everything is new at first: nothing is said of new names before this long a look. */
const LEARNING_MS = 7 * 86_400_000;
const MAX_KNOWN = 20_000;
const REFRESH_MS = 86_400_000;

/** Names that agents and their servers were seen to talk to. */
export class Contacts {
  readonly #lastMs = new Map<string, number>();
  #sinceMs = Infinity;

  /** @param known as stored, the latest first */
  constructor(known: readonly Contact[]) {
    for (const contact of [...known].reverse()) {
      this.#lastMs.set(keyOf(contact), contact.timeMs);
      this.#sinceMs = Math.min(this.#sinceMs, contact.timeMs);
    }
  }

  /**
   * @returns `new`: never seen before, and there was time to learn what is usual; `learning`: never seen before;
   *   `again`: worth noting that it is still used; `known`
   */
  see(contact: Contact): 'new' | 'learning' | 'again' | 'known' {
    const key = keyOf(contact);
    const lastMs = this.#lastMs.get(key);
    if (lastMs !== undefined && contact.timeMs - lastMs < REFRESH_MS) return 'known';
    this.#lastMs.delete(key);
    this.#lastMs.set(key, contact.timeMs);
    const oldest = this.#lastMs.size > MAX_KNOWN ? this.#lastMs.keys().next().value : undefined;
    if (oldest !== undefined) this.#lastMs.delete(oldest);
    this.#sinceMs = Math.min(this.#sinceMs, contact.timeMs);
    if (lastMs !== undefined) return 'again';
    return contact.timeMs - this.#sinceMs < LEARNING_MS ? 'learning' : 'new';
  }
}

function keyOf({ agentId, role, domain }: Contact): string {
  return `${agentId} ${role} ${domain}`;
}
