/** Programs of which only the first word after the name says what they do. */
const MANY: ReadonlySet<string> = new Set(
  (
    'git gh glab hub npm pnpm yarn bun npx deno cargo go rustup pip pip3 uv poetry pipx conda brew apt apt-get dnf yum ' +
    'docker podman docker-compose kubectl helm oc minikube terraform tofu pulumi ansible aws gcloud az gsutil doctl ' +
    'flyctl fly heroku vercel netlify wrangler firebase supabase systemctl launchctl crontab openssl gpg ssh-keygen ' +
    'security op vault bw pass gem bundle rails rake mix composer php artisan dotnet nuget mvn gradle make just task ' +
    'nx turbo lerna twine psql mysql redis-cli mongosh sqlite3 rclone restic ip iptables ufw nmcli netsh reg sc claude codex'
  ).split(' '),
);

const VALUE_OPTIONS: ReadonlySet<string> = new Set(
  '-C -c -n --namespace --context --profile --region --project --cwd --prefix --dir -R --repo -f --file'.split(
    ' ',
  ),
);
const MAX_WORDS = 12;

/**
 * The verb of a program in a command line: `push` for `git` in `cd x && git -C y push`. A look at the words, not a
 * parse: the line was parsed before it was stored, and what counts here is that the same line gives the same word.
 * @returns `undefined` for programs without verbs, and when no word looks like one
 */
export function verbOf(program: string, command: string): string | undefined {
  if (!MANY.has(program)) return undefined;
  for (let at = command.indexOf(program); at >= 0; at = command.indexOf(program, at + program.length)) {
    const end = at + program.length;
    if (!isEdge(command, at - 1) || command.charCodeAt(end) !== SPACE) continue;
    return firstVerb(command, end + 1);
  }
  return undefined;
}

const SPACE = 32;

function firstVerb(command: string, from: number): string | undefined {
  let start = from;
  for (let n = 0; n < MAX_WORDS && start < command.length; n++) {
    let end = command.indexOf(' ', start);
    if (end < 0) end = command.length;
    const word = command.slice(start, Math.min(end, start + 40));
    start = end + 1;
    if (word === '') continue;
    if (word.charCodeAt(0) !== DASH) return VERB.exec(word)?.[0];
    if (VALUE_OPTIONS.has(word)) {
      const after = command.indexOf(' ', start);
      start = after < 0 ? command.length : after + 1;
    }
  }
  return undefined;
}

const DASH = 45;
/** `push`, `run:dev`, `s3`: a word of letters, and nothing that could hold data. */
const VERB = /^[a-z][a-z0-9:_-]{0,23}(?=$|[\s;&|)"'])/;

/** A program name begins after a blank, a separator, a bracket, a quote or a folder. */
function isEdge(command: string, at: number): boolean {
  return at < 0 || EDGE.has(command[at] ?? '');
}

const EDGE: ReadonlySet<string> = new Set([
  ' ',
  '\n',
  '\t',
  ';',
  '&',
  '|',
  '(',
  '`',
  '"',
  "'",
  '/',
  '\\',
  '{',
  '=',
]);
