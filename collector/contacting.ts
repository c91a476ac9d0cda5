import { Contacts } from './contacts.ts';
import type { ProcessFact, ProcessPlace } from './contract/attribution.ts';
import type { EnrichedEvent } from './contract/event.ts';
import { classifyHost, parseUrl, registrableDomain } from './rules/shared/hosts.ts';
import type { Contact } from './store/processes.ts';

export interface Taint {
  readonly untrusted: boolean;
  readonly sensitive: boolean;
}

interface Who {
  readonly agentId: string;
  readonly sessionId: string | undefined;
  readonly part: 'tool' | 'mcp-server' | 'hook';
  readonly by: string;
}

const MAX_HOSTS = 20;
const NO_TAINT: Taint = { untrusted: false, sensitive: false };

/** Notices names that are talked to for the first time, by tool calls and by the connections of servers and hooks. */
export class Contacting {
  readonly #tell: (contact: Contact, fact: ProcessFact | undefined) => void;
  #contacts: Contacts | undefined;

  /** @param tell with a fact when it is new and there was time to learn what is usual */
  constructor(tell: (contact: Contact, fact: ProcessFact | undefined) => void) {
    this.#tell = tell;
  }

  /** @param known as stored, the latest first */
  begin(known: readonly Contact[]): void {
    this.#contacts ??= new Contacts(known);
  }

  event(event: EnrichedEvent, taint: Taint): void {
    if (event.kind !== 'tool.call') return;
    const hosts = new Set(
      event.resources.flatMap(({ kind, value }) =>
        kind === 'host' ? [value] : kind === 'url' ? [parseUrl(value)?.host ?? ''] : [],
      ),
    );
    const { agentId, sessionId, tool, timeMs } = event;
    for (const host of [...hosts].slice(0, MAX_HOSTS))
      this.#contact({ agentId, sessionId, part: 'tool', by: tool.name }, host, taint, timeMs);
  }

  connection({ attribution, part }: ProcessPlace, hosts: readonly string[], timeMs: number): void {
    const { agentId, sessionId } = attribution;
    const [host] = hosts;
    if (host === undefined || part === undefined || agentId === undefined) return;
    this.#contact({ agentId, sessionId, part: part.kind, by: part.name }, host, NO_TAINT, timeMs);
  }

  #contact({ agentId, sessionId, part, by }: Who, host: string, taint: Taint, timeMs: number): void {
    if (this.#contacts === undefined || classifyHost(host) !== 'public') return;
    const domain = registrableDomain(host) ?? host;
    const contact = { agentId, role: part === 'tool' ? 'tool' : `${part} ${by}`, domain, timeMs };
    const seen = this.#contacts.see(contact);
    if (seen === 'known') return;
    const fact: ProcessFact = {
      kind: 'contact',
      agentId,
      ...(sessionId !== undefined && { sessionId }),
      part,
      by,
      domain,
      host,
      afterUntrusted: taint.untrusted,
      afterSensitive: taint.sensitive,
    };
    this.#tell(contact, seen === 'new' ? fact : undefined);
  }
}
