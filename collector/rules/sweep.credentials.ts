import type { ToolCallEvent } from '../contract/event.ts';
import type { EventRule, Match, SessionContext } from './rule.ts';
import { askedFor } from './shared/asked.ts';
import { canonicalName, hasFlag, hasRole } from './shared/commands.ts';
import { excerptOf, onCall } from './shared/on-call.ts';
import { locatePath, SECRET_CLASSES } from './shared/path-classes.ts';
import { resolvePath } from './shared/paths.ts';
import { classedUses, secretReads } from './shared/secrets-read.ts';

/** Names of things a thief looks for; each counts once. */
const TARGETS: readonly RegExp[] = [
  /id_(?:rsa|ed25519|ecdsa|dsa|\*)|\.ssh|private[ _-]?key|begin [a-z ]{0,20}private/,
  /\.aws|aws_secret|akia/,
  /\.env\b|dotenv/,
  /wallet|metamask|exodus|electrum|seed phrase|mnemonic/,
  /keystore|\.kdbx|keychain/,
  /\.npmrc|npm_token|\.pypirc|\.netrc/,
  /credentials?\b/,
  /\.kube|kubeconfig/,
  /passw(?:or)?d/,
  /secret/,
  /token|ghp_/,
  /sk-[a-z]/,
  /xox[abp]/,
  /api[_-]?key/,
  /\.pem|\.p12|\.pfx|\.ppk|\*\.key\b/,
  /\.docker|gcloud|\.azure/,
  /login data|cookies|logins\.json/,
];
const SWEEP_WORDS =
  /recursiv|search|scan|find|enumerate|inventory|collect|walk|every file|all files|entire (?:home|disk|file)/i;
const SECRET_SCANNERS = new Set([
  'trufflehog',
  'gitleaks',
  'betterleaks',
  'noseyparker',
  'detect-secrets',
  'secretlint',
  'ggshield',
  'kingfisher',
]);
const MIN_TARGETS = 3;
/** What only a token or a key looks like: searching a disk for one of them is enough. */
const EXACT = /akia\[|akia[\\(]|gh[pousr]_|github_pat_|xox\[?[abp]|sk-ant-|begin [a-z ]{0,20}private/;
const BROAD = new Set(['filesystem-root', 'home-root', 'workspace-parent']);

export const sweepCredentials: EventRule = {
  on: 'event',
  id: 'sweep.credentials',
  code: 'B-09',
  title: 'Search for credentials across the machine',
  severity: 'critical',
  confidence: 'high',
  why: 'One call looked for several kinds of secrets over a whole home or disk, or opened several stores at once. That is how credential thieves work, and no programming task needs it.',
  triage:
    'Stop the session. Find out where the instruction came from: a package script, a web page, an issue, a skill.',
  advice: 'Renew the credentials of this account, and remove the package or skill that asked for the search.',
  falsePositives: ['A secret scan of the project you asked for (not reported inside the workspace).'],
  references: ['https://attack.mitre.org/techniques/T1083/', 'https://atlas.mitre.org/techniques/AML.T0126'],
  taxonomies: { attack: ['T1083', 'T1552'], atlas: ['AML.T0126'], owasp: ['ASI01'] },
  bundles: ['SEC', 'MON'],
  trigger: {
    categories: ['subagent'],
    reads: [...SECRET_CLASSES, 'shell-history'],
    signs: ['broad-search'],
    roles: ['agent'],
  },
  match: onCall((event, context) =>
    [
      ...stores(event, context),
      ...searches(event, context),
      ...orders(event),
      ...histories(event, context),
    ].slice(0, 1),
  ),
  examples: {
    hit: [
      {
        name: 'one kind of token over the disk',
        calls: [{ shell: "grep -rE 'AKIA[0-9A-Z]{16}' / 2>/dev/null" }],
      },
      {
        name: 'find over home',
        calls: [{ shell: "find ~ -name 'id_rsa' -o -name '*.env' -o -name 'wallet.dat' -o -name '*.kdbx'" }],
      },
      {
        name: 'grep over home',
        calls: [{ shell: 'grep -rEi "api_key|aws_secret|password|private key" $HOME' }],
      },
      {
        name: 'hidden ripgrep over the disk',
        calls: [{ shell: "rg --hidden -uu 'AKIA|ghp_|BEGIN RSA PRIVATE KEY|password' /" }],
      },
      {
        name: 'several stores at once',
        calls: [{ shell: 'cat ~/.ssh/id_rsa ~/.aws/credentials ~/.netrc 2>/dev/null' }],
      },
      { name: 'scanner over home', calls: [{ shell: 'trufflehog filesystem ~ --json' }] },
      {
        name: 'order to another agent',
        calls: [
          {
            shell:
              'claude -p "recursively search the home folder for wallet files, id_rsa, .env and keystore and list them in /tmp/inventory.txt"',
          },
        ],
      },
      {
        name: 'wrapped in bash -c',
        calls: [
          {
            shell: `bash -c "find / -type f \\( -name '.npmrc' -o -name 'credentials' -o -name '*.pem' \\) 2>/dev/null"`,
          },
        ],
      },
      { name: 'rg over the home', calls: [{ shell: "rg -i 'aws_secret|private key|api_key|password' ~" }] },
      { name: 'fd over the disk', calls: [{ shell: "fd -H '(id_rsa|.env|credentials|.kdbx)$' /" }] },
      {
        name: 'nested shell',
        calls: [
          {
            shell:
              "bash -c 'find / -name id_rsa -o -name credentials -o -name .npmrc -o -name wallet.dat 2>/dev/null'",
          },
        ],
      },
    ],
    miss: [
      {
        name: 'scan of the project',
        guards: 'secret scanning of the workspace',
        calls: [{ shell: 'gitleaks detect --source .' }],
      },
      {
        name: 'grep in sources',
        guards: 'looking for code about passwords',
        calls: [{ shell: 'grep -rnE "password|token|secret|api_key" src/' }],
      },
      {
        name: 'find for sources',
        guards: 'searching a home for code',
        calls: [{ shell: "find ~/projects -name '*.ts' -path '*token*'" }],
      },
      {
        name: 'one secret',
        guards: 'a single file, reported by its own rule',
        calls: [{ shell: 'cat ~/.aws/credentials' }],
      },
      { name: 'disk usage', guards: 'walking a home for sizes', calls: [{ shell: 'du -sh ~/* | sort -h' }] },
      {
        name: 'history of the repository',
        guards: 'git searches',
        calls: [{ shell: 'git log -p -S "api_key" -- . | head' }],
      },
      { name: 'large files', guards: 'find without secret names', calls: [{ shell: 'find ~ -size +500M' }] },
      {
        name: 'words in the project',
        guards: 'searching the own code',
        calls: [{ shell: "rg -n 'password|token|secret|api_key' src" }],
      },
      {
        name: 'one name in the home',
        guards: 'looking for one thing',
        calls: [{ shell: 'find ~ -maxdepth 2 -name .gitconfig' }],
      },
      { name: 'large files', guards: 'cleaning up', calls: [{ shell: 'find ~ -size +1G' }] },
    ],
  },
};

/** How sure it is that these words look for secrets. */
function huntFor(words: string): 'several' | 'exact' | undefined {
  if (countTargets(words) >= MIN_TARGETS) return 'several';
  return EXACT.test(words.toLowerCase()) ? 'exact' : undefined;
}

function countTargets(text: string): number {
  const lower = text.toLowerCase();
  return TARGETS.filter((target) => target.test(lower)).length;
}

/** Several secret stores read by one call. */
function stores(event: ToolCallEvent, context: SessionContext): Match[] {
  const places = new Set<string>();
  for (const use of secretReads(event, context, SECRET_CLASSES)) {
    const location = locatePath(use.path, context);
    if (
      location !== 'workspace' &&
      location !== 'temp' &&
      use.class !== 'env-file' &&
      use.class !== 'app-secret'
    )
      places.add(use.class + use.path.replace(/[\\/][^\\/]*$/, ''));
  }
  if (places.size < MIN_TARGETS) return [];
  return [
    {
      subject: 'several credential stores',
      detail: `One call opened ${places.size} credential stores.`,
      excerpt: excerptOf(event),
    },
  ];
}

/** A search program over a broad place, for several kinds of secrets. */
function searches(event: ToolCallEvent, context: SessionContext): Match[] {
  for (const command of event.shell?.commands ?? []) {
    if (command.elsewhere) continue;
    const name = canonicalName(command.program);
    const scanner = SECRET_SCANNERS.has(name);
    if (!scanner && !hasRole(command, 'searcher')) continue;
    const cwd = command.cwd === undefined ? {} : { cwd: command.cwd };
    const place = { home: context.home, platform: context.platform, ...cwd };
    const words = command.args.filter((word) => word.length > 0 && word[0] !== '-');
    const paths = words
      .filter((word) => /^(?:[~/.]|[A-Za-z]:|\$HOME)/.test(word))
      .flatMap((word) => resolvePath(word, place) ?? []);
    const broad = paths.find((path) => BROAD.has(locatePath(path, context)));
    if (broad === undefined) continue;
    const hunt = scanner ? 'several' : huntFor(command.args.join(' ').replaceAll(context.home, ''));
    if (hunt === undefined || (scanner && askedFor(context, [name, 'secrets', 'leaks']))) continue;
    if (!scanner && (name === 'ls' || (name === 'grep' && !hasFlag(command.args, 'r', 'R', 'recursive'))))
      continue;
    return [
      {
        subject: `${name} ${broad}`,
        detail:
          hunt === 'several'
            ? `The agent searched ${broad} for several kinds of secrets.`
            : `The agent searched ${broad} for what looks like a token or a private key.`,
        ...(hunt === 'exact' && { severity: 'high' as const }),
        excerpt: excerptOf(event),
      },
    ];
  }
  return [];
}

/** What was typed before, searched for passwords. */
function histories(event: ToolCallEvent, context: SessionContext): Match[] {
  const use = classedUses(event, context).find(
    ({ class: kind, how }) => kind === 'shell-history' && how === 'read',
  );
  if (use === undefined || event.shell === undefined) return [];
  const looked = event.shell.commands.some(
    (command) =>
      hasRole(command, 'searcher') && /pass|secret|token|api.?key|cred/i.test(command.args.join(' ')),
  );
  if (!looked) return [];
  return [
    {
      subject: use.path,
      detail: `The agent searched ${use.path} for passwords.`,
      severity: 'medium',
      excerpt: excerptOf(event),
    },
  ];
}

const MAX_ORDER = 32_768;

/** An order stands where it is read first or last; what lies between in a very long task is material. */
function bothEnds(text: string): string {
  return text.length <= MAX_ORDER ? text : `${text.slice(0, MAX_ORDER / 2)}\n${text.slice(-MAX_ORDER / 2)}`;
}

/** An order to another agent, or to a sub-agent, to look for secrets. */
function orders(event: ToolCallEvent): Match[] {
  const texts = event.tool.category === 'subagent' ? [bothEnds(event.input.text ?? '')] : [];
  for (const command of event.shell?.commands ?? [])
    if (hasRole(command, 'agent')) texts.push(...command.args.filter((word) => word.length > 40));
  const order = texts.find(
    (text) =>
      SWEEP_WORDS.test(text) &&
      countTargets(text) >= MIN_TARGETS + 1 &&
      /\bhome\b|~|\$HOME|\/Users|disk|file ?system|machine|computer|laptop/i.test(text),
  );
  return order === undefined
    ? []
    : [
        {
          subject: 'order to another agent',
          detail: 'The agent told another agent to look for secrets on this machine.',
          excerpt: excerptOf(event),
        },
      ];
}
