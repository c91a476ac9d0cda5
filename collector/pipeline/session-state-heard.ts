import type { ToolCallEvent } from '../contract/event.ts';
import type { CallFacts } from '../rules/shared/call-signs.ts';
import type { DeniedCall, Heard, TextDocument, TextVerdict } from '../rules/rule.ts';
import { effectsOf } from '../rules/shared/effects.ts';
import { heardWords, shingles } from '../rules/shared/heard-words.ts';
import type { CallPlace } from '../rules/shared/once.ts';
import { TEXT_RULES } from '../rules/texts.ts';
import { severityRank } from '../contract/finding.ts';
import { plain } from './plain.ts';
import { redactText } from './secrets/index.ts';

/** What strangers said, and what was forbidden. */
export interface HeardState {
  heard?: Heard[];
  denied?: DeniedCall[];
}

const MAX_HEARD = 4;
const MAX_DENIED = 4;
const MAX_WHAT = 160;
const MAX_ID = 240;
const MAX_PENDING_EFFECTS = 20;
/** Text rules are written for instruction files; of a result this much is looked at. */
const MAX_JUDGED = 32_768;

/** Rules that mean an order to an agent wherever they fire; invisible characters and install lines are in many pages. */
const ORDER_RULES: ReadonlySet<string> = new Set([
  'text.override',
  'text.concealment',
  'text.unicode-tags',
  'text.hidden-section',
]);

/** What the rules for texts say of a tool result. */
export function judgeText(document: TextDocument): readonly TextVerdict[] {
  if (lastJudged?.text !== document.text) lastJudged = { text: document.text, verdicts: judged(document) };
  return lastJudged.verdicts;
}

/** A rule asks first, then the run's memory, about the same result. */
let lastJudged: { readonly text: string; readonly verdicts: readonly TextVerdict[] } | undefined;

function judged(document: TextDocument): readonly TextVerdict[] {
  const text =
    document.text.length <= MAX_JUDGED
      ? document.text
      : `${document.text.slice(0, MAX_JUDGED - 8_192)}\n${document.text.slice(-8_192)}`;
  const found: TextVerdict[] = [];
  for (const rule of TEXT_RULES) {
    if (!ORDER_RULES.has(rule.id)) continue;
    for (const match of rule.match({ ...document, text }).slice(0, 4))
      found.push({
        ruleId: rule.id,
        severity: match.severity ?? rule.severity,
        detail: match.detail,
        ...(match.excerpt === undefined ? {} : { excerpt: match.excerpt }),
      });
  }
  return found.sort((a, b) => severityRank(b.severity) - severityRank(a.severity));
}

/** Keeps of a stranger's text what it wants something done with. */
export function rememberHeard(
  state: HeardState,
  from: Omit<Heard, 'words' | 'orders'>,
  output: string,
): number {
  const words = heardWords(output);
  const orders = judgeText({ path: from.what, role: 'tool-result', text: output }).flatMap(({ excerpt }) =>
    excerpt === undefined ? [] : shingles(excerpt),
  );
  if (words.length + orders.length === 0) return 0;
  const list = (state.heard ??= []);
  list.push({
    eventId: plain(from.eventId, MAX_ID),
    call: from.call,
    what: redactText(plain(from.what, MAX_WHAT)),
    words,
    orders: orders.slice(0, 40),
  });
  if (list.length > MAX_HEARD) list.shift();
  return heardSize(list.slice(-1));
}

export function heardSize(list: readonly Heard[] | undefined): number {
  let size = 0;
  for (const { what, eventId, words, orders } of list ?? [])
    size += what.length + eventId.length + (words.length + orders.length) * 13 + 90;
  return size;
}

/** Effects of calls that have no result yet, by call id: only in memory, for the short time until it is there. */
const pendingEffects = new WeakMap<HeardState, Map<string, readonly string[]>>();

export function rememberEffects(
  state: HeardState,
  event: ToolCallEvent,
  facts: CallFacts,
  place: CallPlace,
): void {
  if (event.shell === undefined && facts.named.length + facts.sends.length === 0) return;
  const effects = effectsOf(event, place);
  if (effects.length === 0) return;
  const pending = pendingEffects.get(state) ?? new Map<string, readonly string[]>();
  pendingEffects.set(state, pending);
  pending.set(event.tool.callId, effects);
  for (const id of pending.keys()) {
    if (pending.size <= MAX_PENDING_EFFECTS) break;
    pending.delete(id);
  }
}

/** @returns characters the state grew by, at most */
export function rememberDenied(
  state: HeardState,
  callId: string,
  denied: Omit<DeniedCall, 'effects'>,
): number {
  const effects = pendingEffects.get(state)?.get(callId);
  if (effects === undefined) return 0;
  const list = (state.denied ??= []);
  list.push({
    ...denied,
    eventId: plain(denied.eventId, MAX_ID),
    effects: effects.slice(0, 6).map((effect) => redactText(plain(effect, MAX_WHAT))),
  });
  if (list.length > MAX_DENIED) list.shift();
  return deniedSize(list.slice(-1));
}

export function deniedSize(list: readonly DeniedCall[] | undefined): number {
  let size = 0;
  for (const { eventId, effects } of list ?? [])
    size += eventId.length + 70 + effects.join('').length + effects.length * 3;
  return size;
}
