import { createHash } from 'node:crypto';
import type { Finding } from './contract/finding.ts';
import { type CaseMemory, correlate, createCaseMemory } from './pipeline/correlate.ts';
import type { Store } from './store/store.ts';

export interface CorrelatingOptions {
  readonly store: Pick<Store, 'saveFindings' | 'read'>;
  readonly onError: (error: unknown) => void;
}

const MAX_ANCESTORS = 8;
/** Findings that belong to no session share one place. */
const MACHINE = 'machine';

/**
 * Tells incidents over everything that is stored: logs, processes and baseline together. Stories within one run of a log
 * are told while it is read; here the rest of them come together.
 */
export class Correlating {
  readonly #options: CorrelatingOptions;
  readonly #cases: CaseMemory;

  constructor(options: CorrelatingOptions) {
    this.#options = options;
    this.#cases = createCaseMemory((run) =>
      run === MACHINE ? [] : options.store.read.findings({ sessionId: run, limit: 40 }),
    );
  }

  /** Takes what was stored just now. @returns incidents and their parts as they stand now; they are stored already */
  stored(findings: readonly Finding[]): readonly Finding[] {
    const told = new Map<string, Finding>();
    try {
      for (const finding of findings) {
        if (finding.incidentId !== undefined) this.#cases.incidentOf.set(finding.id, finding.incidentId);
        if (finding.status === 'resolved' || finding.status === 'suppressed') continue;
        const placed = { finding, run: this.#runOf(finding) };
        for (const one of correlate(placed, this.#cases, hash)) told.set(one.id, one);
      }
      return told.size === 0 ? [] : this.#options.store.saveFindings([...told.values()]);
    } catch (error) {
      // The findings themselves are stored: an incident less is no reason to stop.
      this.#options.onError(error);
      return [];
    }
  }

  /** The session a person started: what its sub-agents did belongs to it. */
  #runOf({ sessionId }: Finding): string {
    let run = sessionId ?? MACHINE;
    for (let n = 0; n < MAX_ANCESTORS && run !== MACHINE; n++) {
      const parent = this.#options.store.read.sessionContext(run)?.parentId;
      if (parent === undefined || parent === run) break;
      run = parent;
    }
    return run;
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
