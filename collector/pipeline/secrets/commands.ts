import { isPlaceholder } from './placeholders.ts';
import { readValue } from './values.ts';
import type { Sink } from './types.ts';

/**
 * Programs that take a secret behind a short flag or as a plain argument. `-p` means a port, a path or a project
 * elsewhere, so the program has to be named in the same simple command.
 */
interface SecretFlags {
  /** Flag and value are two words, or joined by `=`. */
  readonly flags?: readonly string[];
  /** The value is glued to the flag: `mysql -pS3cret`. */
  readonly glued?: readonly string[];
  /** The value is `user:password`, or with `%` between: only the second part is hidden. */
  readonly pair?: readonly string[];
  /** The sub-command that must follow the program. */
  readonly after?: RegExp;
}

export const SECRET_PROGRAMS: Readonly<Record<string, SecretFlags>> = {
  curl: { pair: ['-u', '--user', '-U', '--proxy-user'] },
  http: { pair: ['-a', '--auth'] },
  xh: { pair: ['-a', '--auth'] },
  mysql: { glued: ['-p'] },
  mysqldump: { glued: ['-p'] },
  mysqladmin: { glued: ['-p'] },
  mariadb: { glued: ['-p'] },
  mongo: { flags: ['-p'] },
  mongosh: { flags: ['-p'] },
  mongodump: { flags: ['-p'] },
  'redis-cli': { flags: ['-a'] },
  sshpass: { flags: ['-p'], glued: ['-p'] },
  docker: { flags: ['-p'], after: /^\s+login\b/ },
  podman: { flags: ['-p'], after: /^\s+login\b/ },
  oc: { flags: ['-p'], after: /^\s+login\b/ },
  cf: { flags: ['-p'], after: /^\s+login\b/ },
  az: { flags: ['-p'], after: /^\s+login\b/ },
  twine: { flags: ['-p'] },
  ldapsearch: { flags: ['-w'] },
  ldapadd: { flags: ['-w'] },
  ldapmodify: { flags: ['-w'] },
  sqlcmd: { flags: ['-P'], glued: ['-P'] },
  bcp: { flags: ['-P'], glued: ['-P'] },
  zip: { flags: ['-P'] },
  unzip: { flags: ['-P'], glued: ['-P'] },
  '7z': { glued: ['-p'] },
  '7za': { glued: ['-p'] },
  smbclient: { pair: ['-U'] },
  rpcclient: { pair: ['-U'] },
  snowsql: { flags: ['-p'] },
  openssl: { flags: ['-k'], glued: ['pass:'] },
  iwconfig: { flags: ['key'] },
  nmcli: { flags: ['password'] },
  vault: { flags: ['login'] },
};

const MAX_COMMAND = 2000;

/** Flags of `program`, which is named at `index`, up to the end of its simple command. */
export function programSecrets(text: string, index: number, program: string, sink: Sink): number {
  const spec = SECRET_PROGRAMS[program];
  const start = index + program.length;
  const next = text.charAt(start);
  if (spec === undefined || (next !== ' ' && next !== '\t')) return start;
  if (!startsCommandWord(text, index)) return start;
  const stop = Math.min(text.length, start + MAX_COMMAND);
  if (spec.after !== undefined && !spec.after.test(text.slice(start, start + 40))) return start;
  let i = start;
  while (i < stop) {
    while (i < stop && ' \t'.includes(text.charAt(i))) i++;
    if (text.charAt(i) === '\\' && text.charAt(i + 1) === '\n') {
      i += 2;
      continue;
    }
    if (i >= stop || ';|&\n)'.includes(text.charAt(i))) return start;
    const word = readValue(text, i, /[\s;|&()]/);
    const wordEnd = Math.max(word.quoted ? word.end + 1 : word.end, i + 1);
    const raw = text.slice(i, word.end);
    sink.work += wordEnd - i;
    const hit = secretOf(text, spec, raw, i, wordEnd);
    if (hit !== undefined) {
      push(text, hit.start, hit.end, hit.kind, sink);
      i = Math.max(hit.end, wordEnd);
    } else i = wordEnd;
  }
  return start;
}

function startsCommandWord(text: string, index: number): boolean {
  return (
    index === 0 ||
    /[\s;|&(`"'/\\]/.test(text.charAt(index - 1)) ||
    /\\n$/.test(text.slice(Math.max(0, index - 2), index))
  );
}

interface Hit {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
}

function secretOf(
  text: string,
  spec: SecretFlags,
  raw: string,
  at: number,
  wordEnd: number,
): Hit | undefined {
  const pairFlag = spec.pair?.find(
    (flag) => raw === flag || raw.startsWith(`${flag}=`) || (flag.length === 2 && raw.startsWith(flag)),
  );
  if (pairFlag !== undefined) {
    const value = raw === pairFlag ? nextWord(text, wordEnd) : { start: at + pairFlag.length, end: wordEnd };
    const part = text.slice(value.start, value.end);
    const cut = part.search(/[:%]/);
    if (cut < 0) return undefined;
    return { start: value.start + cut + 1, end: value.end, kind: 'basic-auth' };
  }
  const flag = spec.flags?.find((name) => raw === name);
  if (flag !== undefined) return { ...nextWord(text, wordEnd), kind: 'password' };
  const glued = spec.glued?.find((name) => raw.startsWith(name) && raw.length > name.length);
  return glued === undefined ? undefined : { start: at + glued.length, end: wordEnd, kind: 'password' };
}

function nextWord(text: string, index: number): { start: number; end: number } {
  let i = index;
  while (i < text.length && ' \t='.includes(text.charAt(i))) i++;
  const value = readValue(text, i, /[\s;|&()]/);
  return { start: value.start, end: value.end };
}

function push(text: string, start: number, end: number, kind: string, sink: Sink): void {
  const from = '"\''.includes(text.charAt(start) || ' ') ? start + 1 : start;
  const to = end > from && '"\''.includes(text.charAt(end - 1)) ? end - 1 : end;
  const value = text.slice(from, to);
  if (value.length < 3 || value.startsWith('-') || isPlaceholder(value)) return;
  sink.out.push({ kind, provider: 'unknown', start: from, end: to, confidence: 'low', placeholder: false });
}

/** `echo S3cret | docker login --password-stdin`, `echo S3cret | sudo -S …`: the secret stands before the pipe. */
export function pipedSecret(text: string, index: number, sink: Sink): void {
  const from = Math.max(0, index - 300);
  const head = text.slice(from, index);
  sink.work += 300;
  const pipe =
    /(?:^|[\s;&|(])(?:echo|printf)\s+(?:-[neE]+\s+)?(?:'%s(?:\\n)?'\s+|"%s(?:\\n)?"\s+)?([^\s|;&]{3,200})\s*\|[^|;\n]{0,120}$/d.exec(
      head,
    );
  const range = pipe?.indices?.[1];
  if (range !== undefined) push(text, from + range[0], from + range[1], 'password', sink);
}
