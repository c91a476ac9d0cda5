import { isInside } from '../safe-read.ts';

export interface Account {
  readonly name: string;
  readonly uid: number;
  /** Absolute. */
  readonly home: string;
}

/** passwd(5) has a few hundred lines where accounts are local; directories with thousands are not listed there. */
const MAX_LINES = 5_000;
/** Accounts below belong to services, but for root; the upper end is `nobody` and container ranges. */
const PEOPLE_FROM = 1_000;
const PEOPLE_TO = 60_000;
const NOT_HOMES = new Set(['/', '/nonexistent', '/var/empty', '/dev/null', '/proc', '/sys', '/run', '/tmp']);

/**
 * Accounts of a passwd(5) text that may have used an agent: people, root, and service accounts with a home below
 * `/home` or `/var/lib` (build runners). Pure; lines that make no sense are skipped.
 */
export function readAccounts(passwd: string): readonly Account[] {
  const byHome = new Map<string, Account>();
  for (const line of passwd.split('\n', MAX_LINES)) {
    const [name = '', , uidText = '', , , homeText = ''] = line.split(':');
    const home = homeText.replace(/(.)\/+$/, '$1');
    const uid = Number(uidText);
    if (!/^[\w.$-]{1,64}$/.test(name) || !/^\d{1,10}$/.test(uidText)) continue;
    if (!home.startsWith('/') || home.includes('/../') || NOT_HOMES.has(home)) continue;
    const isPerson = uid === 0 || (uid >= PEOPLE_FROM && uid < PEOPLE_TO);
    const isRunner =
      uid < PEOPLE_FROM && (isInside(home, '/home') || /^\/var\/lib\/(?:jenkins|gitlab-runner)/.test(home));
    if ((isPerson || isRunner) && !byHome.has(home)) byHome.set(home, { name, uid, home });
  }
  return [...byHome.values()];
}
