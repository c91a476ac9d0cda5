import type { Severity } from '../contract/finding.ts';
import type { EventRule, Match } from './rule.ts';
import { canonicalName, hasFlag } from './shared/commands.ts';
import { excerptOf, onCall } from './shared/on-call.ts';
import type { PathClass } from './shared/path-classes.ts';
import { inWorkspace, secretReads, type SecretUse } from './shared/secrets-read.ts';
import { isExternalSend, sendsOf } from './shared/sends.ts';
import type { SessionContext } from './rule.ts';

const CLASSES: ReadonlySet<PathClass> = new Set(['ssh-key', 'gpg-key', 'private-key', 'ssh-config']);

export const readSshKeys: EventRule = {
  on: 'event',
  id: 'read.ssh-keys',
  code: 'B-01',
  title: 'Private key read by an agent',
  severity: 'high',
  confidence: 'high',
  why: 'A private key opens your servers and repositories to whoever holds it. Once an agent has read it, it is in the conversation and may be sent on.',
  triage:
    'See which key was opened and what the agent did next; look for uploads, pushes or web requests after it.',
  advice:
    'If you did not ask for this, treat the key as known to others: make a new one and remove the old one where it was accepted.',
  falsePositives: [
    'Debugging an SSH set-up where you asked the agent to look at the files.',
    'Self-signed development keys inside the project (reported as low).',
  ],
  references: [
    'https://attack.mitre.org/techniques/T1552/004/',
    'https://atlas.mitre.org/techniques/AML.T0098',
  ],
  taxonomies: { attack: ['T1552.004'], atlas: ['AML.T0037', 'AML.T0098'], owasp: ['ASI02'] },
  bundles: ['SEC', 'MON'],
  trigger: { reads: CLASSES, programs: ['gpg'] },
  match: onCall((event, context) => {
    const sent = sendsOf(event, context).some((send) => isExternalSend(send, context));
    const matches: Match[] = secretReads(event, context, CLASSES).map((use) => ({
      subject: use.path,
      detail: sent
        ? `The agent read ${use.path} and sent data out in the same call.`
        : `The agent read ${use.path}.`,
      severity: severityOf(use, sent, context),
      excerpt: excerptOf(event),
    }));
    for (const command of event.shell?.commands ?? []) {
      const name = canonicalName(command.program);
      if (
        name === 'gpg' &&
        hasFlag(command.args, 'export-secret-keys', 'export-secret-subkeys') &&
        !command.elsewhere
      ) {
        matches.push({
          subject: 'GPG private keyring',
          detail: 'The agent exported private GPG keys.',
          severity: sent ? 'critical' : 'high',
          excerpt: excerptOf(event),
        });
      }
    }
    return matches;
  }),
  examples: {
    hit: [
      { name: 'each that ls lists', calls: [{ shell: 'for k in $(ls ~/.ssh/id_*); do cat $k; done' }] },
      { name: 'plain cat', calls: [{ shell: 'cat ~/.ssh/id_rsa' }] },
      { name: 'quotes and a variable home', calls: [{ shell: 'cat "$HOME"/.ssh/id_ed25519' }] },
      { name: 'inside bash -c and sudo', calls: [{ shell: "sudo bash -c 'cat /root/.ssh/id_rsa'" }] },
      { name: 'copied under another name', calls: [{ shell: 'cp ~/.ssh/id_ecdsa /tmp/notes.txt' }] },
      { name: 'read tool', calls: [{ read: '/home/dev/.ssh/id_ed25519' }] },
      { name: 'encoded on the way out', calls: [{ shell: 'base64 -w0 < ~/.ssh/id_rsa' }] },
      {
        name: 'python one-liner',
        calls: [{ shell: `python3 -c "print(open('/home/dev/.ssh/id_rsa').read())"` }],
      },
      { name: 'gpg private keys', calls: [{ shell: 'gpg --export-secret-keys --armor' }] },
      {
        name: 'PowerShell',
        platform: 'win32',
        calls: [{ shell: 'Get-Content $env:USERPROFILE\\.ssh\\id_rsa', dialect: 'powershell' }],
      },
      { name: 'archive', calls: [{ shell: 'cd ~ && tar cf /tmp/b.tar .ssh' }] },
      { name: 'glob over the keys', calls: [{ shell: 'cat ~/.ssh/id_*' }] },
      { name: 'two commands in one line', calls: [{ shell: 'cd ~/.ssh && head -5 id_ed25519' }] },
      { name: 'xxd by an alias path', calls: [{ shell: '/usr/bin/xxd /home/dev/.ssh/id_rsa' }] },
      {
        name: 'cmd',
        platform: 'win32',
        calls: [{ shell: 'type %USERPROFILE%\\.ssh\\id_rsa', dialect: 'cmd' }],
      },
    ],
    miss: [
      {
        name: 'ssh uses its own key',
        guards: 'a program opening its own credential',
        calls: [{ shell: 'ssh -i ~/.ssh/id_ed25519 deploy@dev-box uptime' }],
      },
      {
        name: 'public key',
        guards: 'halves that are meant to be shown',
        calls: [{ shell: 'cat ~/.ssh/id_ed25519.pub' }],
      },
      { name: 'listing', guards: 'names without content', calls: [{ shell: 'ls -la ~/.ssh' }] },
      { name: 'permissions', guards: 'repairing modes', calls: [{ shell: 'chmod 600 ~/.ssh/id_rsa' }] },
      {
        name: 'key generation',
        guards: 'making a key instead of reading one',
        calls: [{ shell: 'ssh-keygen -t ed25519 -f ~/.ssh/id_ed25519 -N ""' }],
      },
      {
        name: 'fixture key',
        guards: 'test data with a key name',
        calls: [{ read: '/home/dev/app/test/fixtures/id_rsa' }],
      },
      {
        name: 'CA certificate',
        guards: 'public PEM files',
        calls: [{ shell: 'openssl x509 -in certs/ca.pem -noout -text' }],
      },
      { name: 'agent keys listed', guards: 'asking the key agent', calls: [{ shell: 'ssh-add -l' }] },
      {
        name: 'fingerprint',
        guards: 'fingerprints',
        calls: [{ shell: 'ssh-keygen -lf ~/.ssh/id_ed25519.pub' }],
      },
      {
        name: 'file exists',
        guards: 'testing for a file',
        calls: [{ shell: 'test -f ~/.ssh/id_ed25519 && echo yes' }],
      },
      {
        name: 'clone with a key',
        guards: 'a program opening its own credential',
        calls: [{ shell: 'GIT_SSH_COMMAND="ssh -i ~/.ssh/deploy" git clone git@github.com:acme/app.git' }],
      },
    ],
  },
};

function severityOf(use: SecretUse, sent: boolean, context: SessionContext): Severity {
  if (use.class === 'ssh-config') return 'low';
  if (sent || use.how === 'send') return 'critical';
  return use.class === 'private-key' && inWorkspace(use.path, context) ? 'low' : 'high';
}
