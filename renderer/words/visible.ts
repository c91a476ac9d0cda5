/**
 * Names come from logs and files of strangers. Letters that turn the text around them, hide, or draw nothing are written
 * out, so that a name never looks like another one: `a\u202Eb` → `a⟨202E⟩b`. Everything else stays as it is.
 */
export function visible(text: string): string {
  return UNSEEN.test(text) ? text.replace(ALL_UNSEEN, written) : text;
}

/** Controls but for tab and line feed, soft hyphen, zero-width and bidirectional formatting, tags, odd fillers. */
const SOURCE =
  '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u115f\\u1160\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0]|[\\u{e0000}-\\u{e007f}]';
const UNSEEN = new RegExp(SOURCE, 'u');
const ALL_UNSEEN = new RegExp(SOURCE, 'gu');

function written(letter: string): string {
  return `⟨${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
