import type { Severity } from '../contract/finding.ts';
import type { ShellCommand } from '../contract/shell.ts';
import type { EventRule, Match } from './rule.ts';
import { canonicalName } from './shared/commands.ts';
import { excerptOf, onCall } from './shared/on-call.ts';
import type { PathClass } from './shared/path-classes.ts';
import { secretReads } from './shared/secrets-read.ts';

const CLASSES: ReadonlySet<PathClass> = new Set(['os-credential', 'keychain', 'process-memory']);

const DUMPERS =
  /^(?:mimipenguin|mimikatz|lazagne|laZagne|secretsdump|pypykatz|nanodump|chainbreaker|keychaindump|hashdump|gsecdump)/i;

export const dumpOsCredentials: EventRule = {
  on: 'event',
  id: 'dump.os-credentials',
  code: 'B-05',
  title: 'Password store of the operating system read',
  severity: 'critical',
  confidence: 'high',
  why: 'The keychain and the password database hold every password of this account or machine.',
  triage: 'See which item was asked for. One named item of a build is different from the whole store.',
  advice: 'Stop the session if you did not ask for it, and change what was stored there.',
  falsePositives: ['A signing pipeline that reads one named item (reported as high: check the name once).'],
  references: [
    'https://attack.mitre.org/techniques/T1555/001/',
    'https://attack.mitre.org/techniques/T1003/',
  ],
  taxonomies: { attack: ['T1555.001', 'T1003'], atlas: ['AML.T0090'], owasp: ['ASI03'] },
  bundles: ['SEC', 'MAL'],
  trigger: {
    reads: CLASSES,
    signs: ['inline-code'],
    programs: [
      'security',
      'gdbus',
      'osascript',
      'busctl',
      'dbus-send',
      'retrieveall',
      'secret-tool',
      'kwallet-query',
      'cmdkey',
      'vaultcmd',
      'reg',
      'procdump',
      'procdump64',
      'rundll32',
      'ntdsutil',
      DUMPERS,
    ],
  },
  match: onCall((event, context) => {
    const matches: Match[] = secretReads(event, context, CLASSES)
      .filter(
        (use) => use.class !== 'process-memory' || !/[\\/]environ$|[\\/]maps$|[\\/]auxv$/.test(use.path),
      )
      .map((use) => ({
        subject: use.path,
        detail: `The agent opened ${use.path}.`,
        excerpt: excerptOf(event),
      }));
    for (const command of event.shell?.commands ?? []) {
      if (command.elsewhere) continue;
      const dump = credentialDump(command);
      if (dump !== undefined)
        matches.push({
          subject: dump[0],
          detail: `The agent ran ${dump[0]}, which gives out stored passwords.`,
          severity: dump[1],
          excerpt: excerptOf(event),
        });
    }
    return matches;
  }),
  examples: {
    hit: [
      {
        name: 'whole keychain',
        platform: 'darwin',
        calls: [{ shell: 'security dump-keychain -d login.keychain' }],
      },
      {
        name: 'one password shown',
        platform: 'darwin',
        calls: [{ shell: "security find-generic-password -s 'Claude Code-credentials' -w" }],
      },
      { name: 'shadow', calls: [{ shell: 'sudo cat /etc/shadow' }] },
      { name: 'shadow with quotes in the path', calls: [{ shell: "sudo head -5 /etc/sha''dow" }] },
      { name: 'gnome keyring', calls: [{ shell: 'secret-tool search --all service github' }] },
      {
        name: 'windows hives',
        platform: 'win32',
        calls: [{ shell: 'reg save HKLM\\SAM C:\\Temp\\sam', dialect: 'cmd' }],
      },
      {
        name: 'credential manager',
        platform: 'win32',
        calls: [{ shell: 'vaultcmd /listcreds:"Windows Credentials" /all', dialect: 'cmd' }],
      },
      {
        name: 'lsass dump',
        platform: 'win32',
        calls: [{ shell: 'procdump.exe -ma lsass.exe C:\\Temp\\l.dmp', dialect: 'cmd' }],
      },
      { name: 'shadow by sudo', calls: [{ shell: 'sudo cat /etc/shadow' }] },
      { name: 'nested shell', calls: [{ shell: "sudo sh -c 'cp /etc/shadow /tmp/s'" }] },
      { name: 'keychain password', calls: [{ shell: 'security find-generic-password -ga login' }] },
      {
        name: 'hive',
        platform: 'win32',
        calls: [{ shell: 'reg save HKLM\\SAM C:\\sam.hiv', dialect: 'cmd' }],
      },
    ],
    miss: [
      {
        name: 'signing identities',
        guards: 'listing certificates',
        platform: 'darwin',
        calls: [{ shell: 'security find-identity -v -p codesigning' }],
      },
      {
        name: 'unlock for a build',
        guards: 'continuous integration on macOS',
        platform: 'darwin',
        calls: [{ shell: 'security unlock-keychain build.keychain' }],
      },
      { name: 'passwd', guards: 'the world-readable user list', calls: [{ shell: 'grep dev /etc/passwd' }] },
      {
        name: 'store a secret',
        guards: 'writing instead of reading',
        calls: [{ shell: 'secret-tool store --label=app service app' }],
      },
      {
        name: 'registry query',
        guards: 'ordinary registry reads',
        platform: 'win32',
        calls: [{ shell: 'reg query HKCU\\Software\\Node.js', dialect: 'cmd' }],
      },
      { name: 'npm audit for security', guards: 'the word alone', calls: [{ shell: 'npm run security' }] },
      { name: 'accounts', guards: 'the public list of accounts', calls: [{ shell: 'cat /etc/passwd' }] },
      {
        name: 'keychains listed',
        guards: 'names of keychains',
        calls: [{ shell: 'security list-keychains' }],
      },
      {
        name: 'maps of a process',
        guards: 'memory maps without content',
        calls: [{ shell: 'cat /proc/self/maps | head' }],
      },
    ],
  },
};

/** Libraries that open the store of the system. */
const STORE_CODE =
  /secretstorage\.|keyring\.get_(?:password|credential)\(|keytar|CryptUnprotectData|SecItemCopyMatching|SecKeychainFind|org\.freedesktop\.secrets/i;

function credentialDump(command: ShellCommand): readonly [string, Severity] | undefined {
  const name = canonicalName(command.program);
  if (name === 'osascript' && /hidden answer/i.test(`${command.code ?? ''} ${command.args.join(' ')}`))
    return ['a dialog that asks for the password', 'critical'];
  if (command.code !== undefined)
    return STORE_CODE.test(command.code.slice(0, 20_000))
      ? [`the password store by ${name}`, 'high']
      : undefined;
  const first = (command.args[0] ?? '').toLowerCase();
  const line = command.args.join(' ').toLowerCase();
  if (DUMPERS.test(name)) return [name, 'critical'];
  switch (name) {
    case 'security':
      if (/^(?:dump-keychain|export)$/.test(first)) return [`security ${first}`, 'critical'];
      if (/^find-(?:generic|internet)-password$/.test(first) && /(?:^| )-[a-z]*[wg]/.test(line))
        return [`security ${first}`, 'high'];
      return undefined;
    case 'secret-tool':
      return first === 'lookup' || first === 'search' ? [`secret-tool ${first}`, 'high'] : undefined;
    case 'kwallet-query':
      return ['kwallet-query', 'high'];
    case 'gdbus':
    case 'busctl':
    case 'dbus-send':
      return /org\.freedesktop\.secrets/.test(line) && /getsecret|searchitems|unlock/.test(line)
        ? [`${name} on the password store`, 'high']
        : undefined;
    case 'retrieveall':
      return ['the password vault of Windows', 'critical'];
    case 'cmdkey':
      return /^\/list/.test(first) ? ['cmdkey /list', 'high'] : undefined;
    case 'vaultcmd':
      return /^\/list/.test(first) ? ['vaultcmd', 'critical'] : undefined;
    case 'reg':
      return /^(?:save|export)$/.test(first) &&
        /hk(?:lm|ey_local_machine)\\(?:sam|security|system)\b/.test(line)
        ? ['reg save of the password hives', 'critical']
        : undefined;
    case 'procdump':
    case 'procdump64':
    case 'rundll32':
      return /lsass|comsvcs\.dll/.test(line) ? [`${name} on lsass`, 'critical'] : undefined;
    case 'ntdsutil':
      return ['ntdsutil', 'critical'];
    default:
      return undefined;
  }
}
