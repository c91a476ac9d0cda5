import { derivedSize } from './session-state-derived.ts';
import { deniedSize, heardSize } from './session-state-heard.ts';
import { RECENT_CHARS } from './session-state-recent.ts';
import type { SessionState } from './session-state-shape.ts';

export const MAX_STATE_CHARS = 16_384;
const SMALL_STATE_CHARS = 14_000;

/** At most what the last state grew to since it was measured: the sum over all its texts is not made at every event. */
let measured: { readonly state: SessionState; atMost: number } | undefined;
/** A mark with room for what the masking of secrets may add to it. */
export const MARK_CHARS = 1_000;

export function grow(state: SessionState, chars: number): void {
  if (measured?.state === state) measured.atMost += chars;
}

/**
 * Drops the oldest of the longest list until the state is small enough to be stored with every batch; then to well
 * below, so that this is rarely needed.
 */
export function fit(state: SessionState): void {
  if (measured?.state === state && measured.atMost <= MAX_STATE_CHARS) return;
  const size = sizeAtMost(state);
  if (size > MAX_STATE_CHARS) shrink(state);
  measured = { state, atMost: size > MAX_STATE_CHARS ? MAX_STATE_CHARS : size };
}

function shrink(state: SessionState): void {
  for (let guard = 0; guard < 400 && sizeAtMost(state) > SMALL_STATE_CHARS; guard++) {
    if (state.scripts !== undefined && state.scripts.length > 0) {
      state.scripts.shift();
      continue;
    }
    const lists: unknown[][] = [
      state.untrusted,
      state.sensitive,
      state.sent,
      state.approved,
      state.pending,
      state.downloads ?? [],
      state.derived ?? [],
      state.heard ?? [],
      state.denied ?? [],
      state.recent ?? [],
    ];
    const longest = lists.reduce((a, b) => (b.length > a.length ? b : a));
    if (longest.length > 4) longest.shift();
    else if (state.prompts.length > 1) state.prompts.shift();
    else longest.shift();
  }
}

/** An upper bound without building the text; every text in the state is `plain`. */
function sizeAtMost(state: SessionState): number {
  let size = 700;
  for (const prompt of state.prompts) size += prompt.length + 4;
  for (const list of [state.untrusted, state.sensitive, state.sent, state.approved]) {
    for (const mark of list) size += mark.eventId.length + mark.what.length + 100;
  }
  for (const download of state.downloads ?? [])
    size +=
      download.path.length * 2 +
      download.host.length +
      download.urlPath.length +
      download.eventId.length +
      60;
  for (const { chars } of state.scripts ?? []) size += chars;
  size += derivedSize(state.derived) + heardSize(state.heard) + deniedSize(state.denied);
  size += (state.recent?.length ?? 0) * RECENT_CHARS + (state.bulk?.length ?? 0) * 100 + 100;
  for (const [callId, eventId] of state.pending) size += callId.length + eventId.length + 8;
  for (const text of state.addedRemotes) size += text.length + 4;
  for (const text of state.envFolders) size += text.length + 4;
  return size;
}
