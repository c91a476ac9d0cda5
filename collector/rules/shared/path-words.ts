import { isRole } from './program-roles.ts';

/** Flags whose value is a key, a certificate or a configuration the program uses for itself. */
const OWN_FILE_FLAGS: ReadonlySet<string> = new Set(
  '-i -F --cert --key --cacert --capath -K --config --kubeconfig --identity --netrc-file -E --ca-certificate --private-key --env-file --keyfile --certfile -e -S'.split(
    ' ',
  ),
);

/** Searches and filters whose first operand is a pattern or a script. */
const PATTERN_FIRST: ReadonlySet<string> = new Set(
  'grep rg ag ack sed awk jq yq select-string findstr'.split(' '),
);

/** Arguments of a program that can be paths, without the signs around them: `file=@.env` → `.env`. Values of key and config options are left out for programs that send. */
export function pathWords(program: string, args: readonly string[]): string[] {
  const sends = isRole(program, 'sender') || program === 'scp' || program === 'rsync';
  // The first operand of a search is the pattern, unless -e or -f gave it.
  let skipPattern =
    PATTERN_FIRST.has(program) &&
    !args.some(
      (a) => a === '-e' || a === '-f' || a.startsWith('--regexp') || a === '-Path' || a === '-Pattern',
    );
  const words: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? '';
    if (word.length === 0) skipPattern = false;
    if (word.length === 0 || word.length > 1_000) continue;
    if (word.charCodeAt(0) === DASH) {
      if (sends && OWN_FILE_FLAGS.has(word)) i += 1;
      else if (word === '-Pattern' || word === '-m' || word === '-A' || word === '-B' || word === '-C')
        i += 1;
      else {
        const equals = word.indexOf('=');
        if (equals > 0 && !OWN_FILE_FLAGS.has(word.slice(0, equals)))
          words.push(stripAt(word.slice(equals + 1)));
        else if (/^-[dFT]@?[./~@]/.test(word)) words.push(stripAt(word.slice(2)));
      }
      continue;
    }
    if (skipPattern) {
      skipPattern = false;
      continue;
    }
    if (word.includes('://')) continue;
    const equals = word.indexOf('=');
    // `if=/dev/sda`, `file=@.env`, `data=<.env`
    if (equals > 0 && equals < 30 && /^[\w.[\]-]+$/.test(word.slice(0, equals)))
      words.push(stripAt(word.slice(equals + 1)));
    else words.push(stripAt(word));
  }
  return words;
}

function stripAt(word: string): string {
  const text = word.replace(/^[@<]/, '');
  const semicolon = text.indexOf(';');
  return semicolon > 0 ? text.slice(0, semicolon) : text;
}

const DASH = 45;
