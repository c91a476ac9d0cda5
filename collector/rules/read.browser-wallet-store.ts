import type { EventRule } from './rule.ts';
import { excerptOf, onCall } from './shared/on-call.ts';
import type { PathClass } from './shared/path-classes.ts';
import { secretReads } from './shared/secrets-read.ts';

const CLASSES: ReadonlySet<PathClass> = new Set(['browser-store', 'wallet', 'password-vault']);

export const readBrowserWalletStore: EventRule = {
  on: 'event',
  id: 'read.browser-wallet-store',
  code: 'B-04',
  title: 'Browser, wallet or password store opened by an agent',
  severity: 'critical',
  confidence: 'high',
  why: 'Saved passwords, cookies and wallet keys let a stranger log in as you or take your money. No programming task needs these files.',
  triage: 'Stop the session, see where the file went, and which instruction led the agent there.',
  advice:
    'Sign out of open web sessions, change saved passwords, and move wallet funds if the file left the machine.',
  falsePositives: [
    'Automated browser tests with a throw-away profile (ignored in temporary and test folders).',
  ],
  references: [
    'https://attack.mitre.org/techniques/T1555/003/',
    'https://attack.mitre.org/techniques/T1539/',
  ],
  taxonomies: { attack: ['T1555.003', 'T1539'], atlas: ['AML.T0113'], owasp: ['ASI02'] },
  bundles: ['SEC', 'MAL'],
  trigger: { reads: CLASSES },
  match: onCall((event, context) =>
    secretReads(event, context, CLASSES).map((use) => ({
      subject: use.path,
      detail: `The agent opened ${use.path}.`,
      excerpt: excerptOf(event),
    })),
  ),
  examples: {
    hit: [
      {
        name: 'chrome passwords copied',
        calls: [{ shell: "cp ~/.config/google-chrome/Default/'Login Data' /tmp/x.db" }],
      },
      {
        name: 'sqlite on cookies',
        calls: [{ shell: 'sqlite3 "$HOME/.config/google-chrome/Default/Cookies" "select * from cookies"' }],
      },
      { name: 'firefox logins', calls: [{ read: '/home/dev/.mozilla/firefox/ab12.default/logins.json' }] },
      {
        name: 'macOS chrome',
        platform: 'darwin',
        calls: [{ shell: 'cat ~/Library/"Application Support"/Google/Chrome/Default/"Login Data"' }],
      },
      { name: 'exodus wallet', calls: [{ shell: 'tar czf /tmp/w.tgz ~/.config/exodus/exodus.wallet' }] },
      { name: 'keepass file', calls: [{ shell: 'base64 ~/Documents/private.kdbx' }] },
      {
        name: 'windows',
        platform: 'win32',
        calls: [
          {
            shell:
              'Copy-Item "$env:LOCALAPPDATA\\Google\\Chrome\\User Data\\Default\\Login Data" C:\\Temp\\a',
            dialect: 'powershell',
          },
        ],
      },
      {
        name: 'sqlite on cookies',
        calls: [{ shell: "sqlite3 ~/.config/google-chrome/Default/Cookies 'select * from cookies'" }],
      },
      { name: 'Firefox logins', calls: [{ shell: 'cp ~/.mozilla/firefox/abc.default/logins.json /tmp/' }] },
      { name: 'nested shell', calls: [{ shell: "bash -c 'tar czf /tmp/w.tgz ~/.electrum/wallets'" }] },
    ],
    miss: [
      {
        name: 'playwright profile',
        guards: 'throw-away test profiles',
        calls: [{ shell: 'ls /tmp/playwright_chromiumdev_profile-abc/Default' }],
      },
      {
        name: 'starting a browser',
        guards: 'running a program',
        calls: [{ shell: 'google-chrome --headless --screenshot http://localhost:3000' }],
      },
      {
        name: 'cookie code',
        guards: 'source files about cookies',
        calls: [{ read: '/home/dev/app/src/cookies.ts' }],
      },
      {
        name: 'curl cookie jar',
        guards: 'cookie jars of a test',
        calls: [{ shell: 'curl -b cookies.txt http://localhost:3000/me' }],
      },
      {
        name: 'wallet feature',
        guards: 'folders of code called wallet',
        calls: [{ shell: 'cat src/wallet/index.ts' }],
      },
      {
        name: 'installing an extension',
        guards: 'project named like a wallet',
        calls: [{ shell: 'cd metamask-extension && yarn install' }],
      },
      {
        name: 'own profile of a test',
        guards: 'profiles of tests',
        calls: [{ shell: 'ls /tmp/playwright_chromiumdev_profile-x/Default' }],
      },
      {
        name: 'browser version',
        guards: 'starting a browser',
        calls: [{ shell: 'google-chrome --version' }],
      },
      {
        name: 'source code',
        guards: 'code about cookies',
        calls: [{ read: '/home/dev/app/src/cookies.ts' }],
      },
    ],
  },
};
