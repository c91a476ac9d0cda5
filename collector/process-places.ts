import type { Attribution, ProcessPlace } from './contract/attribution.ts';
import type { InventoryFact } from './contract/inventory-fact.ts';
import type { ProcessEnvironment } from './contract/process-environment.ts';
import { processId, type ProcessInfo, type ProcessKey } from './contract/process.ts';
import type { LiveProcesses } from './live-processes.ts';
import { type Attributor, placeOf } from './pipeline/attribution/index.ts';
import { Configured, type ConfiguredPart } from './pipeline/witness/index.ts';

export interface PlacesOptions {
  readonly attributor: Attributor;
  readonly processes: Pick<LiveProcesses, 'find' | 'ancestorsOf'>;
  /** The homes are this machine's own. Otherwise only what belongs to a session of them is looked at. */
  readonly ownHome: boolean;
  readonly uid: number | undefined;
  /** Asked once per agent's process, and only of own ones. Default: nothing can be read. */
  readonly environmentOf?: (process: ProcessKey) => ProcessEnvironment | undefined;
}

const MAX_ENVIRONMENTS = 256;

/** Where each process stands: whose it is, below whom, and as part of what. */
export class ProcessPlaces {
  readonly #options: PlacesOptions;
  #configured = new Configured();
  readonly #environments = new Map<string, ProcessEnvironment | undefined>();

  constructor(options: PlacesOptions) {
    this.#options = options;
  }

  get configured(): Configured {
    return this.#configured;
  }

  /** What the configuration of the agents starts. */
  configure(facts: readonly InventoryFact[]): void {
    this.#configured = new Configured(configuredCommands(facts));
  }

  /** @param ancestors who started it, nearest first */
  of(process: ProcessInfo, ancestors: readonly ProcessInfo[]): ProcessPlace | undefined {
    const place = placeOf(process, ancestors, this.#options.attributor);
    return place?.attribution.role === 'agent' && this.isOurs(place.attribution)
      ? this.#withEnvironment(place)
      : this.#withPart(place);
  }

  /** Living, or ended lately. */
  placeOf(key: ProcessKey): ProcessPlace | undefined {
    const { processes, attributor } = this.#options;
    const process = processes.find(key) ?? attributor.info(key);
    return process === undefined ? undefined : this.of(process, processes.ancestorsOf(process));
  }

  /** Own agents only, and with other homes only sessions that are read from there. */
  isOurs({ agentProcess, process, sessionId }: Attribution): boolean {
    const { attributor, uid: own, ownHome } = this.#options;
    const uid = attributor.info(agentProcess ?? process)?.uid;
    if (uid !== undefined && own !== undefined && uid !== own) return false;
    return ownHome || (sessionId !== undefined && attributor.knows(sessionId));
  }

  /** Remembered: it is asked of again when the process has ended. */
  #withEnvironment(place: ProcessPlace): ProcessPlace {
    const id = processId(place.process);
    if (!this.#environments.has(id)) {
      this.#environments.set(id, this.#options.environmentOf?.(place.process));
      const oldest =
        this.#environments.size > MAX_ENVIRONMENTS ? this.#environments.keys().next().value : undefined;
      if (oldest !== undefined) this.#environments.delete(oldest);
    }
    const environment = this.#environments.get(id);
    return environment === undefined ? place : { ...place, environment };
  }

  /** What the configuration says it is: by its own command line, or by that of the nearest above it. */
  #withPart(place: ProcessPlace | undefined): ProcessPlace | undefined {
    if (place?.attribution.role !== 'child') return place;
    const own = this.#configured.partOf(place.process);
    if (own !== undefined) return { ...place, part: { ...own, above: 0 } };
    for (const [at, { process, agentId }] of place.ancestors.entries()) {
      if (agentId !== undefined) break;
      const part = this.#configured.partOf(process);
      if (part !== undefined) return { ...place, part: { ...part, above: at + 1 } };
    }
    return place;
  }
}

function* configuredCommands(facts: readonly InventoryFact[]): Generator<readonly [string, ConfiguredPart]> {
  for (const fact of facts) {
    if (fact.kind === 'hook') yield [fact.command, { kind: 'hook', name: fact.event }];
    if (fact.kind === 'mcp-server' && fact.server.command !== undefined)
      yield [
        [fact.server.command, ...(fact.server.args ?? [])].join(' '),
        { kind: 'mcp-server', name: fact.server.name },
      ];
  }
}
