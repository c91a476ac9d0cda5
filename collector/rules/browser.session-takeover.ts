import type { Severity } from '../contract/finding.ts';
import type { ShellCommand } from '../contract/shell.ts';
import type { EventRule, SessionContext } from './rule.ts';
import { canonicalName, operandsOf } from './shared/commands.ts';
import { onCommands } from './shared/on-command.ts';
import { foldCase } from './shared/path-location.ts';
import { resolvePath } from './shared/paths.ts';
import { inWorkspace } from './shared/secrets-read.ts';
import { unlessAsked } from './shared/weigh.ts';

export const browserSessionTakeover: EventRule = {
  on: 'event',
  id: 'browser.session-takeover',
  code: 'B-52',
  title: 'Your own browser opened for remote control',
  severity: 'high',
  confidence: 'medium',
  why: 'Whoever controls your everyday browser is you on every page you are signed in to. A test needs a profile of its own.',
  triage: 'Which profile was it, and what was read or clicked afterwards?',
  advice: 'Close that browser. Sign out of important accounts everywhere if something read your cookies.',
  falsePositives: [
    'Browsers with a profile of their own, and browsers without a window (not reported).',
    'Working in your own browser because you asked (reported as low).',
  ],
  references: ['https://attack.mitre.org/techniques/T1185/', 'https://attack.mitre.org/techniques/T1539/'],
  taxonomies: { attack: ['T1185', 'T1539'], atlas: ['AML.T0113'], owasp: ['ASI03'] },
  bundles: ['SEC'],
  trigger: {
    signs: ['inline-code'],
    reads: ['browser-store', 'browser-profile'],
    programs: [
      /chrom|brave|edge|vivaldi|opera|arc$|firefox|google/i,
      'open',
      'start-process',
      /^(?:yt-dlp|youtube-dl|gallery-dl)$/,
      'pip install',
    ],
  },
  match: onCommands((command, _event, context) => {
    const said = takenOver(command, context);
    if (said === undefined) return undefined;
    const [what, severity] = said;
    return {
      subject: what,
      detail: `The agent got at the signed-in browser of this account: ${what}.`,
      severity: unlessAsked(severity, context, [
        'my browser',
        'my chrome',
        'cookies',
        'remote-debugging-port',
        'logged in',
        'signed in',
        'profile',
      ]),
    };
  }),
  examples: {
    hit: [
      {
        name: 'own profile',
        calls: [
          {
            shell: 'google-chrome --remote-debugging-port=9222 --user-data-dir=$HOME/.config/google-chrome &',
          },
        ],
      },
      {
        name: 'own profile, macOS',
        platform: 'darwin',
        calls: [
          {
            shell:
              '"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" --remote-debugging-port=9222 --user-data-dir="$HOME/Library/Application Support/Google/Chrome"',
          },
        ],
      },
      {
        name: 'by open',
        platform: 'darwin',
        calls: [{ shell: 'open -a "Google Chrome" --args --remote-debugging-port=9222' }],
      },
      {
        name: 'own profile without a window',
        calls: [
          {
            shell: `bash -c 'chromium --headless --remote-debugging-port=0 --user-data-dir=/home/dev/.config/chromium'`,
          },
        ],
      },
      { name: 'profile copied', calls: [{ shell: 'cp -r ~/.config/google-chrome/Default /tmp/p' }] },
      {
        name: 'profile packed',
        platform: 'darwin',
        calls: [{ shell: 'tar czf /tmp/p.tgz "$HOME/Library/Application Support/Firefox/Profiles"' }],
      },
      {
        name: 'cookies by python',
        calls: [{ shell: 'python3 -c "import browser_cookie3 as b; print(list(b.chrome()))"' }],
      },
      {
        name: 'all cookies by the debug port',
        calls: [{ shell: `node -e "ws.send(JSON.stringify({id:1,method:'Network.getAllCookies'}))"` }],
      },
      {
        name: 'add-on put in',
        calls: [
          {
            shell: 'google-chrome --load-extension=/tmp/ext --user-data-dir=/home/dev/.config/google-chrome',
          },
        ],
      },
      {
        name: 'Windows',
        platform: 'win32',
        calls: [
          {
            shell:
              'Start-Process chrome -ArgumentList "--remote-debugging-port=9222","--user-data-dir=$env:LOCALAPPDATA\\Google\\Chrome\\User Data"',
            dialect: 'powershell',
          },
        ],
      },
      {
        name: 'cookies for a download (low)',
        calls: [{ shell: 'yt-dlp --cookies-from-browser chrome https://video.example.com/1' }],
      },
    ],
    miss: [
      {
        name: 'profile of its own',
        guards: 'tests in a real browser',
        calls: [{ shell: 'google-chrome --remote-debugging-port=9222 --user-data-dir=/tmp/chrome-test' }],
      },
      {
        name: 'no window',
        guards: 'pictures and PDFs',
        calls: [
          {
            shell:
              'google-chrome --headless=new --remote-debugging-port=9222 --screenshot http://localhost:3000',
          },
        ],
      },
      {
        name: 'page opened',
        guards: 'showing the result',
        platform: 'darwin',
        calls: [{ shell: 'open -a "Google Chrome" http://localhost:3000' }],
      },
      {
        name: 'playwright',
        guards: 'test runners',
        calls: [{ shell: 'npx playwright test --project=chromium --headed' }],
      },
      {
        name: 'debug port asked',
        guards: 'talking to a test browser',
        calls: [{ shell: 'curl -s http://localhost:9222/json/version' }],
      },
      {
        name: 'extension under work',
        guards: 'writing an extension',
        calls: [{ shell: 'chromium --load-extension=./dist --user-data-dir=$(mktemp -d)' }],
      },
      {
        name: 'driver',
        guards: 'names alone',
        calls: [{ shell: 'chromedriver --port=4444 & npx puppeteer browsers install chrome' }],
      },
      {
        name: 'own cookies in a test',
        guards: 'cookies of a test context',
        calls: [{ shell: `node -e "const c = await context.cookies(); console.log(c)"` }],
      },
    ],
  },
};

type Said = readonly [what: string, severity: Severity];

const BROWSER =
  /^(?:google[ -]chrome(?:[ -](?:stable|beta|dev|canary|unstable))?|chrome|chromium(?:-browser)?|brave(?:[ -]browser)?|microsoft[ -]edge(?:[ -]\w+)?|msedge|vivaldi(?:-stable)?|opera|arc|firefox(?:-esr)?|librewolf)$/i;
/** Folders browsers keep a person's profiles in; lower case, forward slashes. */
const PROFILE_ROOT =
  /\/(?:\.config\/(?:google-chrome|chromium|brave-browser|bravesoftware|microsoft-edge|vivaldi|opera)[\w-]*|snap\/(?:chromium|firefox)\/common[^/]*|\.mozilla\/firefox|library\/application support\/(?:google\/chrome|chromium|bravesoftware|microsoft edge|firefox|arc|vivaldi|com\.operasoftware)[^/]*|library\/safari|appdata\/(?:local|roaming)\/(?:google\/chrome|chromium|bravesoftware|microsoft\/edge|mozilla\/firefox|vivaldi|opera software)[^/]*)(?:\/(?:user data|brave-browser|profiles|default|profile \d+|common))*(?:\/(?:default|profile \d+|[\w.-]+\.default[\w-]*|\*))?\/?$/;

export function isProfileRoot(path: string): boolean {
  return PROFILE_ROOT.test(foldCase(path));
}

function takenOver(command: ShellCommand, context: SessionContext): Said | undefined {
  const name = canonicalName(command.program);
  if (command.code !== undefined) return byCode(command.code);
  const place = { home: context.home, platform: context.platform, cwd: command.cwd };
  if (/^(?:cp|rsync|ditto|copy-item|robocopy|xcopy|tar|zip)$/.test(name)) {
    const copied = operandsOf(command.args, ['-f', '-C'])
      .slice(0, 40)
      .map((word) => resolvePath(word, place))
      .find((path) => path !== undefined && isProfileRoot(path));
    return copied === undefined ? undefined : [copied, 'high'];
  }
  if (/^(?:yt-dlp|youtube-dl|gallery-dl)$/.test(name))
    return command.args.some((word) => word.startsWith('--cookies-from-browser'))
      ? ['cookies for a download', 'low']
      : undefined;
  if (name === 'pip')
    return command.args.some((word) => COOKIE_PACKAGE.test(word))
      ? ['a package that reads cookies', 'medium']
      : undefined;
  return startedWith(command, name, context, place);
}

const COOKIE_PACKAGE = /^(?:browser[-_]cookie3|rookiepy|pycookiecheat|browsercookie)(?:[=<>~[].*)?$/i;

function startedWith(
  command: ShellCommand,
  name: string,
  context: SessionContext,
  place: Parameters<typeof resolvePath>[1],
): Said | undefined {
  const words = command.args
    .flatMap((word) => word.split(/(?<!["',])["',]+(?=--|$)|^["']/))
    .filter((word) => word !== '');
  const launched =
    /^(?:open|start-process)$/.test(name) &&
    words.some((word) => BROWSER.test(word.replace(/^.*[/\\]|\.(?:app|exe)$/gi, '')));
  if (
    !launched &&
    !BROWSER.test(command.program.replace(/\.exe$/i, '')) &&
    !/\/Google Chrome$/.test(command.programPath)
  )
    return undefined;
  const controlled = words.some((word) =>
    /^--(?:remote-debugging-(?:port|pipe)|load-extension|marionette|remote-allow-origins)\b/.test(word),
  );
  if (!controlled) return undefined;
  const folder = words
    .map((word) => /^--user-data-dir[= ](.+)$/.exec(word)?.[1])
    .find((value) => value !== undefined);
  if (folder !== undefined) {
    const path = resolvePath(folder.replace(/["']/g, ''), place);
    return path !== undefined && isProfileRoot(path) ? [path, 'high'] : undefined;
  }
  const hidden = words.some((word) =>
    /^--headless|^--guest$|^--incognito$|^--app=http:\/\/localhost/.test(word),
  );
  const debugged = words.some((word) => word.startsWith('--remote-debugging'));
  if (hidden) return undefined;
  if (debugged) return ['the profile of every day', 'medium'];
  const added = words
    .map((word) => /^--load-extension[= ](.+)$/.exec(word)?.[1])
    .find((value) => value !== undefined);
  const path = added === undefined ? undefined : resolvePath(added.replace(/["']/g, ''), place);
  return path === undefined || inWorkspace(path, context) ? undefined : [`an add-on from ${path}`, 'medium'];
}

/** Where browsers keep profiles, as code writes it. */
const PROFILE_IN_CODE =
  /\.config\/(?:google-chrome|chromium|BraveSoftware|microsoft-edge)(?![\w-])|Application Support\/(?:Google\/Chrome|Firefox|BraveSoftware|Microsoft Edge)|Google[\\/]{1,2}Chrome[\\/]{1,2}User Data|\.mozilla\/firefox/i;

function byCode(code: string): Said | undefined {
  const text = code.slice(0, 20_000);
  if (/\b(?:browser_cookie3|rookiepy|pycookiecheat|browsercookie)\b/.test(text))
    return ['cookies of the browser', 'high'];
  if (
    /userDataDir|user-data-dir|launchPersistentContext|user_data_dir/.test(text) &&
    PROFILE_IN_CODE.test(text)
  )
    return ['the profile of every day', 'high'];
  return /\b(?:Network\.getAllCookies|Storage\.getCookies)\b/.test(text)
    ? ['all cookies of a browser', 'medium']
    : undefined;
}
