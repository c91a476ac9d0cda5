export const PLAIN = 0;
export const QUOTED = 1;
const SPECIAL = 2;

/** What a word needs: nothing, removal of its quotes, or a look at its parts. Runs for every word of every command. */
export function scan(text: string): 0 | 1 | 2 {
  let kind: 0 | 1 | 2 = PLAIN;
  let brace = false;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 36: // $
      case 96: // `
        return wholeSingleQuote(text) ? QUOTED : SPECIAL;
      case 34: // "
      case 39: // '
      case 92: // backslash
        kind = QUOTED;
        break;
      case 126: // ~
        if (i === 0) return SPECIAL;
        break;
      case 123: // {
        brace = true;
        break;
      case 44: // ,
        if (brace) return wholeSingleQuote(text) ? QUOTED : SPECIAL;
        break;
      case 46: // .
        if (brace && text.charCodeAt(i + 1) === 46) return wholeSingleQuote(text) ? QUOTED : SPECIAL;
        break;
      case 40: // (
        if (i > 0 && (text.charCodeAt(i - 1) === 60 || text.charCodeAt(i - 1) === 62)) {
          return wholeSingleQuote(text) ? QUOTED : SPECIAL;
        }
        break;
      default:
    }
  }
  return kind;
}

function wholeSingleQuote(text: string): boolean {
  return text.charCodeAt(0) === 39 && text.length > 1 && text.indexOf("'", 1) === text.length - 1;
}
