import { canonicalAddress } from '../platform/ip-address.ts';

const MAX_ADDRESSES = 16_384;
const MAX_NAMES_PER_ADDRESS = 8;
const MAX_HOSTS_BYTES = 1_000_000;

/**
 * Names of addresses as far as they are known on this machine: from the hosts file, and from what callers note. It asks
 * no resolver: a question to the network would tell the network what is watched.
 */
export class HostNames {
  /** Used least recently first. */
  readonly #noted = new Map<string, Set<string>>();
  #fixed: ReadonlyMap<string, readonly string[]> = new Map();

  /** Replaces what the hosts file said. */
  setHostsFile(text: string): void {
    this.#fixed = parseHosts(text);
  }

  /** Something said that this name has this address. Old knowledge goes first when there is too much. */
  note(name: string, address: string): void {
    const canonical = canonicalAddress(address);
    const host = cleanName(name);
    if (canonical === undefined || host === undefined) return;
    const names = this.#noted.get(canonical) ?? new Set();
    this.#noted.delete(canonical);
    names.delete(host);
    names.add(host);
    const [first] = names;
    if (names.size > MAX_NAMES_PER_ADDRESS && first !== undefined) names.delete(first);
    this.#noted.set(canonical, names);
    const oldest = this.#noted.size > MAX_ADDRESSES ? this.#noted.keys().next().value : undefined;
    if (oldest !== undefined) this.#noted.delete(oldest);
  }

  /** @param address as in a connection; the newest noted name first, then those of the hosts file */
  namesOf(address: string): readonly string[] {
    const noted = [...(this.#noted.get(address) ?? [])].reverse();
    return [...new Set([...noted, ...(this.#fixed.get(address) ?? [])])];
  }
}

/** hosts(5): address, then names, `#` begins a comment. Bounded; lines that make no sense are skipped. */
export function parseHosts(text: string): ReadonlyMap<string, readonly string[]> {
  const hosts = new Map<string, string[]>();
  for (const line of text.slice(0, MAX_HOSTS_BYTES).split('\n')) {
    const [address = '', ...names] = (line.split('#', 1)[0] ?? '').trim().split(/\s+/);
    const canonical = canonicalAddress(address);
    // Blocking lists name thousands of hosts for one address, which says nothing of any.
    if (canonical === undefined || canonical === '0.0.0.0' || canonical === '::') continue;
    const known = hosts.get(canonical) ?? [];
    for (const name of names) {
      const host = cleanName(name);
      if (host !== undefined && known.length < MAX_NAMES_PER_ADDRESS && !known.includes(host))
        known.push(host);
    }
    if (known.length > 0 && (hosts.has(canonical) || hosts.size < MAX_ADDRESSES)) hosts.set(canonical, known);
  }
  return hosts;
}

function cleanName(name: string): string | undefined {
  const host = name.toLowerCase().replace(/\.$/, '');
  return /^[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]{0,251}[\p{L}\p{N}_])?$/u.test(host) ? host : undefined;
}
