import type { Finding } from './contract/finding.ts';

const MAX_EVENTS = 50_000;

/** Events that findings rest on: what they show is not learned as usual while a finding is open. */
export class OpenEvidence {
  #events = new Set<string>();

  has(eventId: string): boolean {
    return this.#events.has(eventId);
  }

  startOver(eventIds: Set<string>): void {
    this.#events = eventIds;
  }

  /** @returns the events of the finding when it is open */
  note({ status, evidence }: Finding): ReadonlySet<string> | undefined {
    const ids = new Set(evidence.flatMap(({ eventId }) => eventId ?? []));
    for (const id of ids) {
      if (status === 'open') this.#events.add(id);
      else this.#events.delete(id);
    }
    for (const id of this.#events) {
      if (this.#events.size <= MAX_EVENTS) break;
      this.#events.delete(id);
    }
    return status === 'open' ? ids : undefined;
  }
}
