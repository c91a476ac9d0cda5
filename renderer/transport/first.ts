import { FIRST_ANSWERS_ID, FIRST_METHODS, SINCE_NAME } from '../../collector/contract/first-look.ts';
import type { Method, Params } from '../../collector/contract/ipc.ts';

type Ask = <M extends Method>(method: M, params: Params<M>) => void;

const LISTED_FINDINGS = 5_000;
const LISTED_SESSIONS = 10_000;

/** What the list of findings asks for. @param status of the address; open ones when nothing is said */
export function findingsQuestion(status: string | undefined): Params<'findings.list'> {
  if (status === 'all') return { limit: LISTED_FINDINGS };
  const known = status === 'acknowledged' || status === 'suppressed' || status === 'resolved';
  return { limit: LISTED_FINDINGS, status: known ? status : 'open' };
}

/** What the list of sessions asks for, beside the findings that mark them. */
export const SESSIONS_QUESTION: Params<'sessions.list'> = { limit: LISTED_SESSIONS };

/**
 * What is asked for before the program is there that will show it: what every page shows, and what the page at this
 * address does. An answer is used where the page asks the same, word by word.
 * @param hash of the address, `#/findings?status=all`
 */
export function firstQuestions(hash: string, ask: Ask): void {
  for (const method of FIRST_METHODS) ask(method, {});
  const [path = '', search = ''] = hash.split('?', 2);
  if (path === '#/findings' || path.startsWith('#/findings/'))
    ask('findings.list', findingsQuestion(new URLSearchParams(search).get('status') ?? undefined));
  if (path === '#/sessions') {
    ask('sessions.list', SESSIONS_QUESTION);
    ask('findings.bySession', {});
  }
}

/** The answers that came in the page. */
export interface InPage {
  /** For the collector, when the connection stands; undefined when the page holds no answers. */
  readonly since: string | undefined;
  /** May it be among them? */
  has(method: string): boolean;
  /** Waits until the whole page is here. @returns undefined when it is not among them */
  answer(method: string): Promise<unknown>;
}

const NOTHING: InPage = { since: undefined, has: () => false, answer: () => Promise.resolve(undefined) };

/** Since when this page was told nothing, when it holds answers; see `SINCE_NAME`. */
export function inPageSince(from: Document): string | undefined {
  const since = from.querySelector(`meta[name="${SINCE_NAME}"]`)?.getAttribute('content') ?? '';
  return /^[\w-]+\.\d+$/.test(since) ? since : undefined;
}

/** May its answer be among those in the page? */
export function isAnsweredInPage(method: string): boolean {
  return FIRST_METHODS.some((one) => one === method);
}

export function answersInPage(from: Document): InPage {
  const since = inPageSince(from);
  if (since === undefined) return NOTHING;
  const whole =
    from.readyState === 'loading'
      ? new Promise<void>((resolve) => {
          from.addEventListener('DOMContentLoaded', () => {
            resolve();
          });
        })
      : Promise.resolve();
  const answers = whole.then(() => parse(from.getElementById(FIRST_ANSWERS_ID)?.textContent ?? ''));
  return {
    since,
    has: isAnsweredInPage,
    answer: async (method) => {
      const all = await answers;
      return Object.hasOwn(all, method) ? all[method] : undefined;
    },
  };
}

/** A page that was cut off holds half of them: those are asked for as any others. */
function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
