import { agentIdOf, AGENTS_WRITING_LATE } from './agent-identity.ts';
import type { PathContext } from './agents/path-context.ts';
import { Attributing } from './attributing.ts';
import { Contacting } from './contacting.ts';
import type { Attribution } from './contract/attribution.ts';
import type { Actor } from './contract/event.ts';
import type { InventoryFact } from './contract/inventory-fact.ts';
import type { ListedConnection, Witnesses } from './contract/process-record.ts';
import type { ProcessInfo, ProcessKey } from './contract/process.ts';
import type { LiveBatch } from './ingester.ts';
import type { Clock } from './lib/clock.ts';
import type { LiveProcesses } from './live-processes.ts';
import { MachineNetwork } from './machine-network.ts';
import type { Attributor } from './pipeline/attribution/index.ts';
import type { ProcessEnd } from './pipeline/process-event.ts';
import { createWitness, type Witness } from './pipeline/witness/index.ts';
import type { ProcessReader } from './platform/process-reader.ts';
import { ProcessDiary } from './process-diary.ts';
import { readProcessEnvironment } from './process-environment.ts';
import { ProcessFacts } from './process-facts.ts';
import { ProcessJudging } from './process-judging.ts';
import { ProcessPlaces } from './process-places.ts';
import { isPlaced, ProcessQueue } from './process-queue.ts';
import type { ProcessChangeBatch } from './sources/process-watch.ts';
import type { CommitResult } from './store/batch.ts';
import type { Store } from './store/store.ts';
import { WitnessGaps } from './witness-gaps.ts';

export interface WitnessingOptions {
  readonly store: Store;
  readonly processes: LiveProcesses;
  readonly attributor: Attributor;
  readonly reader: ProcessReader;
  readonly homes: readonly PathContext[];
  /** The homes are this machine's own. Otherwise only what belongs to a session of them is looked at. */
  readonly ownHome: boolean;
  readonly actor: Actor;
  /** How late the log line of a command may be. */
  readonly patienceMs?: number;
  /** Keyed; of secrets in environments nothing else is kept. */
  readonly fingerprint: (value: string) => string;
  readonly clock: Clock;
  readonly onStored: (stored: CommitResult) => void;
  /** Which sessions have processes changed for these. */
  readonly onRunning: (sessionIds: readonly string[]) => void;
  readonly onRuleFailed: (ruleId: string) => void;
  readonly onError: (error: unknown) => void;
}

const TICK_MS = 2_000;
const CHECK_MS = 5_000;
const FACTS_MS = 10_000;
/** No tick for this long: the machine slept. */
const SLEPT_MS = 30_000;

/** The second and third witness: what runs, and what it is connected to, compared with what the logs say. */
export class Witnessing {
  readonly #options: WitnessingOptions;
  readonly #attributing: Attributing;
  readonly #queue = new ProcessQueue();
  readonly #diary: ProcessDiary;
  readonly #network: MachineNetwork;
  readonly #facts: ProcessFacts;
  readonly #places: ProcessPlaces;
  readonly #contacting: Contacting;
  readonly #judging: ProcessJudging;
  #patienceMs: number | undefined;
  #witness: Witness | undefined;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;
  #checkedMs = -Infinity;
  #tickedMs = Infinity;
  #factsMs = -Infinity;
  #running: ReadonlySet<string> = new Set();
  readonly #gaps = new WitnessGaps();

  constructor(options: WitnessingOptions) {
    this.#options = options;
    this.#patienceMs = options.patienceMs;
    const { processes, attributor, reader, homes, clock } = options;
    this.#attributing = new Attributing({ attributor, processes, reader, homes, nowMs: clock.nowMs });
    this.#places = new ProcessPlaces({
      attributor,
      processes,
      ownHome: options.ownHome,
      uid: options.actor.uid,
      environmentOf: (process) => readProcessEnvironment(reader, process, options.fingerprint),
    });
    this.#diary = new ProcessDiary({ actor: options.actor, nowMs: clock.nowMs });
    this.#contacting = new Contacting((contact, fact) => {
      this.#diary.contact(contact);
      if (fact !== undefined) this.#judging.fact(fact, contact.timeMs);
    });
    this.#network = new MachineNetwork({
      reader,
      processes: () => this.#watched(),
      isBusy: () => processes.isBusy(),
      placeOf: (key) => this.#places.placeOf(key),
      onChange: (change, place, timeMs) => {
        this.#judging.connection(change, place, timeMs);
      },
      onRead: (connections, timeMs) => {
        this.#facts.carried(connections, timeMs);
      },
    });
    this.#facts = new ProcessFacts({
      placeOf: (key) => this.#places.placeOf(key),
      ancestorsOf: (key) => processes.ancestorsOf(key),
      attributionOf: (key) => attributor.of(key),
      connections: () => this.#network.connections(),
      namesOf: (address) => this.#network.namesOf(address),
    });
    this.#judging = new ProcessJudging({
      attributor,
      reader,
      places: this.#places,
      gaps: this.#gaps,
      facts: this.#facts,
      contacting: this.#contacting,
      diary: this.#diary,
      onRuleFailed: options.onRuleFailed,
    });
  }

  start(): void {
    this.#network.start();
    this.#timer = setInterval(() => {
      this.#tick();
    }, TICK_MS).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#network.stop();
    await this.#working;
    this.#flush();
  }

  /** History is read, and everything that follows is told live: from here on log and machine can be compared. */
  begin(): void {
    const { store, clock } = this.#options;
    const patienceMs = this.#patienceMs;
    const nowMs = clock.nowMs();
    this.#witness = createWitness({
      sinceMs: nowMs,
      writesLate: AGENTS_WRITING_LATE,
      ...(patienceMs !== undefined && { graceMs: patienceMs }),
    });
    this.#witness.configure(this.#places.configured);
    this.#contacting.begin(store.processes.contacts());
    for (const event of this.#attributing.recall(store)) this.#witness.event(event);
  }

  /** How late the log line of a command may be, from now on. */
  bePatient(patienceMs: number): void {
    this.#patienceMs = patienceMs;
    this.#witness?.bePatient(patienceMs);
  }

  /** Logs are read anew: what is told now comes late, and nothing can be concluded from its absence. */
  pause(): void {
    this.#witness = undefined;
  }

  /** What the configuration of the agents starts: these need no tool call. */
  configure(facts: readonly InventoryFact[]): void {
    this.#places.configure(facts);
    this.#witness?.configure(this.#places.configured);
  }

  live(batch: LiveBatch): void {
    this.#attributing.live(batch);
    for (const event of batch.events) {
      this.#witness?.event(event);
      this.#network.event(event);
      const taint = batch.taintOf(event.sessionId);
      this.#contacting.event(event, taint);
      if (taint.sensitive) this.#facts.sensitive(event.parentSessionId ?? event.sessionId);
    }
  }

  changes({ changes, source, timeMs }: ProcessChangeBatch): void {
    const { attributor, processes } = this.#options;
    for (const change of changes) {
      const { process } = change;
      if (change.kind === 'reparent') continue;
      if (change.kind === 'exit') this.#exit(change, timeMs);
      else if (attributor.of(process) !== undefined)
        this.#queue.add(process, {
          seenMs: timeMs,
          initial: source === 'initial',
          ...(change.kind === 'start' && change.indirect === true && { indirect: true }),
          ancestors: processes.ancestorsOf(process),
        });
    }
  }

  /** @param sinceMs it may have been there since then */
  missed(above: ProcessInfo | undefined, sinceMs: number): void {
    const { attributor, processes, clock } = this.#options;
    this.#gaps.missed({
      attribution: above === undefined ? undefined : attributor.of(above),
      above: above === undefined ? [] : [above, ...processes.ancestorsOf(above)],
      sinceMs,
      timeMs: clock.nowMs(),
    });
  }

  connections(): ListedConnection[] {
    return this.#network.list();
  }

  async lookAtNetwork(): Promise<void> {
    await this.#network.look();
  }

  state(): Witnesses {
    const { processes, attributor, store, clock } = this.#options;
    const { source, reason, missed, snapshots, failures } = processes.health();
    const list = attributor.list();
    const network = this.#network.health();
    const off = snapshots === 0;
    return {
      processes: {
        source: off ? 'off' : source,
        ...(off && { reason: failures > 0 ? 'the process table cannot be read' : 'it has not begun yet' }),
        ...(!off && reason !== undefined && { reason }),
        living: attributor.sizes().living,
        agents: processes.agents().length,
        missed,
        ...(this.#witness !== undefined && { claims: this.#witness.claims() }),
      },
      network: {
        working: network.failures === 0 || network.lastMs > 0,
        ...(network.failures > 0 && { reason: `${network.failures} looks failed` }),
        bytes: this.#network.connections().some(({ bytesOut }) => bytesOut !== undefined),
      },
      attribution: {
        processes: list.length,
        withSession: list.filter(({ sessionId }) => sessionId !== undefined).length,
        withToolCall: list.filter(({ toolCallId }) => toolCallId !== undefined).length,
      },
      counted: store.processes.countedSince(clock.nowMs() - 86_400_000),
    };
  }

  #exit(
    { process, exitCode, signal }: { process: ProcessInfo; exitCode?: number; signal?: number },
    timeMs: number,
  ): void {
    const end: ProcessEnd = {
      endedMs: timeMs,
      ...(exitCode !== undefined && { exitCode }),
      ...(signal !== undefined && { signal }),
    };
    const { attributor } = this.#options;
    this.#witness?.ended(process, timeMs);
    if (agentIdOf(process) !== undefined && attributor.of(process)?.role === 'agent')
      this.#facts.agentEnded(process, timeMs);
    if (!this.#queue.exit(process, end)) this.#diary.exit(process, end);
  }

  #tick(): void {
    const nowMs = this.#options.clock.nowMs();
    if (nowMs - this.#tickedMs > SLEPT_MS) this.#witness?.woke(nowMs);
    this.#tickedMs = nowMs;
    // Nothing runs and nothing waits: nothing is done.
    if (this.#working !== undefined) return;
    const idle =
      this.#options.processes.agents().length === 0 && this.#queue.size === 0 && !this.#facts.isWaiting;
    if (idle) {
      this.#tellRunning([]);
      this.#flush();
      return;
    }
    this.#working = this.#work()
      .catch((error: unknown) => {
        this.#options.onError(error);
      })
      .finally(() => {
        this.#working = undefined;
      });
  }

  async #work(): Promise<void> {
    const { clock, attributor } = this.#options;
    await this.#attributing.look();
    // Not before: what is noted below must not be dated back to before it was so.
    const nowMs = clock.nowMs();
    this.#gaps.note(this.#options.processes.health(), nowMs);
    for (const one of this.#queue.take(nowMs, ({ process }) => isPlaced(attributor.of(process))))
      this.#judging.process(one, this.#witness, nowMs);
    if (nowMs - this.#checkedMs >= CHECK_MS || nowMs < this.#checkedMs) {
      this.#checkedMs = nowMs;
      this.#tellRunning(attributor.list());
      for (const attribution of attributor.changed()) {
        const place = this.#places.placeOf(attribution.process);
        if (place !== undefined) this.#diary.refresh(place);
      }
      if (this.#witness !== undefined) this.#judging.compare(this.#witness, nowMs);
    }
    if (nowMs - this.#factsMs >= FACTS_MS || nowMs < this.#factsMs) {
      this.#factsMs = nowMs;
      const ours = attributor.list().filter((one) => this.#places.isOurs(one));
      for (const fact of this.#facts.take(ours, nowMs)) this.#judging.fact(fact, nowMs);
    }
    this.#flush();
  }

  /** Which sessions have processes, told when that changes: only those can be paused or ended. */
  #tellRunning(list: readonly Attribution[]): void {
    const now = new Set(list.flatMap(({ sessionId }) => sessionId ?? []));
    const before = this.#running;
    const changed = [...now].filter((id) => !before.has(id));
    for (const id of before) if (!now.has(id)) changed.push(id);
    this.#running = now;
    if (changed.length > 0) this.#options.onRunning(changed);
  }

  #watched(): readonly ProcessKey[] {
    const { attributor, processes } = this.#options;
    if (processes.agents().length === 0 && !this.#facts.isWaiting) return [];
    return attributor.list().flatMap((one) => (this.#places.isOurs(one) ? [one.process] : []));
  }

  #flush(): void {
    const batch = this.#diary.take();
    if (batch === undefined) return;
    try {
      this.#options.onStored(this.#options.store.recordProcesses(batch));
    } catch (error) {
      this.#diary.putBack(batch);
      this.#options.onError(error);
    }
  }
}
