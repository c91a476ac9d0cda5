import { createHash } from 'node:crypto';
import { AGENTS_WITH_LOGS } from './agent-identity.ts';
import type { Contacting } from './contacting.ts';
import type { ProcessFact, ProcessPlace } from './contract/attribution.ts';
import type { ConnectionChange } from './contract/connection.ts';
import type { Finding } from './contract/finding.ts';
import type { Attributor } from './pipeline/attribution/index.ts';
import { detectProcess } from './pipeline/detect-process.ts';
import type { Witness } from './pipeline/witness/index.ts';
import type { ProcessReader } from './platform/process-reader.ts';
import type { ProcessDiary } from './process-diary.ts';
import type { ProcessFacts } from './process-facts.ts';
import type { ProcessPlaces } from './process-places.ts';
import { isCopy, type QueuedProcess } from './process-queue.ts';
import { PROCESS_RULES } from './rules/processes.ts';
import { classifyHost } from './rules/shared/hosts.ts';
import type { WitnessGaps } from './witness-gaps.ts';

export interface ProcessJudgingOptions {
  readonly attributor: Attributor;
  readonly reader: ProcessReader;
  readonly places: ProcessPlaces;
  readonly gaps: WitnessGaps;
  readonly facts: ProcessFacts;
  readonly contacting: Contacting;
  readonly diary: ProcessDiary;
  readonly onRuleFailed: (ruleId: string) => void;
}

/** What is made of a process, a connection or a disagreement: the rules look at it, and the diary gets both. */
export class ProcessJudging {
  readonly #options: ProcessJudgingOptions;
  readonly #failedRules = new Set<string>();

  constructor(options: ProcessJudgingOptions) {
    this.#options = options;
  }

  /** @param witness who compares it with the logs; without one it is only looked at by itself */
  process(one: QueuedProcess, witness: Witness | undefined, nowMs: number): void {
    const { ancestors, initial, indirect = false, seenMs, end } = one;
    const { attributor, places, gaps, diary } = this.#options;
    const [parent] = ancestors;
    // A fork that has not become a program of its own tells nothing that its parent does not.
    const all = [...one.earlier, one.process].filter(
      (program) => parent === undefined || !isCopy(program, parent),
    );
    const programs = all.filter(({ argv }) => argv.length > 0);
    const process = programs.at(-1) ?? all.at(-1);
    if (process === undefined) return;
    const place = places.of(process, ancestors);
    if (place === undefined || !places.isOurs(place.attribution)) return;
    const { attribution } = place;
    // Read only after it had ended: nobody knows any more with what it ran.
    for (const { argv, name } of all)
      if (argv.length === 0)
        gaps.missed({
          attribution,
          above: ancestors,
          name,
          sinceMs: process.startTimeMs,
          timeMs: seenMs,
        });
    if (programs.length > 0 && !initial && AGENTS_WITH_LOGS.has(attribution.agentId ?? '')) {
      witness?.process({ programs, attribution, parent, timeMs: seenMs, indirect });
      if (end !== undefined) witness?.ended(process, end.endedMs);
    }
    const findings = this.#detect({ kind: 'process', ...place }, nowMs);
    const byAgent = parent !== undefined && attributor.of(parent)?.role === 'agent';
    const ordinary = attribution.role === 'child' && !byAgent && end !== undefined;
    diary.process(place, ordinary, findings, end);
  }

  /** Where log and machine tell different things. */
  compare(witness: Witness, nowMs: number): void {
    const { places, gaps, diary, reader } = this.#options;
    const found = witness.check({
      nowMs,
      missed: (...span) => gaps.missedBetween(...span),
      isStopped: (process) => reader.isStopped?.(process) === true,
    });
    for (const disagreement of found) {
      const findings = this.#detect({ kind: 'disagreement', disagreement }, nowMs);
      const place =
        disagreement.kind === 'unexplained-process' ? places.placeOf(disagreement.process) : undefined;
      if (place === undefined) diary.findings(findings, undefined);
      else diary.late(place, findings);
    }
  }

  connection(change: ConnectionChange, place: ProcessPlace, timeMs: number): void {
    const { places, facts, contacting, diary } = this.#options;
    if (!places.isOurs(place.attribution)) return;
    const findings = this.#detect({ kind: 'connection', change, ...place }, timeMs);
    if (change.kind === 'listen') {
      diary.findings(findings, undefined);
      return;
    }
    const { connection, hosts } = change;
    facts.connected(place, connection.remote, timeMs);
    const isLocal = ['loopback', 'unspecified'].includes(classifyHost(connection.remote.address));
    if (isLocal) diary.findings(findings, undefined);
    else diary.connection(place, connection, hosts, findings, timeMs);
    contacting.connection(place, hosts, timeMs);
  }

  /** Something about a process that is no event of its own. */
  fact(fact: ProcessFact, timeMs: number): void {
    this.#options.diary.findings(this.#detect(fact, timeMs), undefined);
  }

  #detect(fact: ProcessFact, timeMs: number): Finding[] {
    return detectProcess(fact, PROCESS_RULES, {
      hash: (text) => createHash('sha256').update(text).digest('hex'),
      ruleFailed: (id) => {
        if (!this.#failedRules.has(id)) this.#options.onRuleFailed(id);
        this.#failedRules.add(id);
      },
      timeMs,
    });
  }
}
