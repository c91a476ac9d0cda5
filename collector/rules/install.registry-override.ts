import type { Severity } from '../contract/finding.ts';
import type { ShellCommand } from '../contract/shell.ts';
import type { EventRule, Match } from './rule.ts';
import { canonicalName, describeCommand, findOptions, subcommandOf } from './shared/commands.ts';
import { classifyHost, isLocalHost, parseUrl } from './shared/hosts.ts';
import { excerptOf, onCall } from './shared/on-call.ts';
import { isKnownRegistry } from './shared/registries.ts';
import { classedUses } from './shared/secrets-read.ts';
import { variableRisk } from './shared/risky-variables.ts';
import { isKnownApi } from './shared/sends.ts';
import { unlessAsked } from './shared/weigh.ts';
import { writtenText } from './shared/written-text.ts';

export const installRegistryOverride: EventRule = {
  on: 'event',
  id: 'install.registry-override',
  code: 'B-40',
  title: 'Packages taken from somewhere else, or unchecked',
  severity: 'high',
  confidence: 'medium',
  why: 'After this change every installation may bring code of a server you do not know, or code that was changed on its way.',
  triage: 'Whose server is it, and was something installed since?',
  advice: 'Put the registry and the checks back, and install again from the lock file.',
  falsePositives: [
    'Mirrors and feeds of your company (internal names are not reported; name others in your request).',
    'A check switched off for one command (reported as low).',
  ],
  references: [
    'https://attack.mitre.org/techniques/T1195/002/',
    'https://attack.mitre.org/techniques/T1557/',
  ],
  taxonomies: { attack: ['T1195.002', 'T1557'], atlas: ['AML.T0010.001'], owasp: ['ASI04', 'LLM03:2025'] },
  bundles: ['SUP'],
  trigger: {
    writes: ['package-config', 'cloud-credential'],
    signs: ['risky-variable'],
    programs: [
      'npm config',
      'npm set',
      'npm c',
      'pnpm config',
      'pnpm set',
      'yarn config',
      'bun config',
      'pip config',
      'pip --trusted-host',
      'go env',
      'gem sources',
      'gem --source',
      'gem -s',
      'bundle config',
      'git config',
      'git -c',
      'cargo --config',
      'cargo --registry',
      'cargo --index',
      'conda config',
      'poetry source',
      'poetry config',
      'composer config',
      'nuget',
      'dotnet nuget',
      'add-apt-repository',
      'apt-key',
      'apt-add-repository',
      'register-psrepository',
      'set-psrepository',
      'choco source',
      'apt-get --allow-unauthenticated',
      'apt --allow-unauthenticated',
      'dnf --nogpgcheck',
      'yum --nogpgcheck',
    ],
  },
  match: onCall((event, context) => {
    const found: Match[] = [];
    const report = (what: string, severity: Severity, excerpt: string): void => {
      found.push({
        subject: what,
        detail: `The agent changed where packages come from or how they are checked: ${what}.`,
        severity: unlessAsked(severity, context, [
          what.replace(/^.* /, ''),
          'registry',
          'mirror',
          'certificate',
          'ssl',
          'self-signed',
          'proxy',
        ]),
        excerpt,
      });
    };
    for (const command of event.shell?.commands ?? []) {
      if (command.elsewhere || found.length > 7) continue;
      const said = overridden(command) ?? byEnvironment(command);
      if (said !== undefined) report(said[0], said[1], describeCommand(command));
    }
    for (const use of classedUses(event, context)) {
      if ((use.how !== 'write' && use.how !== 'append') || !CONFIG_FILE.test(use.path)) continue;
      const said = inConfig(writtenText(event, use.command));
      if (said !== undefined) report(said[0], said[1], excerptOf(event));
    }
    return found;
  }),
  examples: {
    hit: [
      { name: 'registry for good', calls: [{ shell: 'npm config set registry https://npm.example.net/' }] },
      {
        name: 'registry in the file',
        calls: [{ shell: 'echo "registry=https://npm.example.net" >> ~/.npmrc' }],
      },
      {
        name: 'registry by the tool',
        calls: [{ write: '/home/dev/app/.npmrc', content: '@acme:registry=https://npm.example.net/\n' }],
      },
      {
        name: 'index for good',
        calls: [{ shell: 'pip config set global.index-url http://pypi.example.net/simple' }],
      },
      {
        name: 'by the environment',
        calls: [
          {
            shell: 'export PIP_INDEX_URL=https://pypi.example.net/simple && pip install -r requirements.txt',
          },
        ],
      },
      {
        name: 'for one command',
        calls: [{ shell: 'npm_config_registry=https://npm.example.net npm install' }],
      },
      {
        name: 'a raw address',
        calls: [{ shell: `bash -c "yarn config set npmRegistryServer http://192.0.2.7:4873"` }],
      },
      {
        name: 'modules of go',
        calls: [{ shell: 'go env -w GOPROXY=https://goproxy.example.net GONOSUMDB=* GOSUMDB=off' }],
      },
      {
        name: 'trusted without a check',
        calls: [
          {
            shell:
              'pip install --trusted-host pypi.example.net --index-url http://pypi.example.net/simple tools',
          },
        ],
      },
      { name: 'certificates of npm', calls: [{ shell: 'npm config set strict-ssl false' }] },
      { name: 'certificates of git', calls: [{ shell: 'git config --global http.sslVerify false' }] },
      {
        name: 'crates',
        calls: [
          {
            write: '/home/dev/.cargo/config.toml',
            content:
              '[source.crates-io]\nreplace-with = "x"\n[source.x]\nregistry = "sparse+https://crates.example.net/index/"\n',
          },
        ],
      },
      {
        name: 'packages of the system',
        calls: [
          {
            shell:
              'echo "deb [trusted=yes] http://apt.example.net/ ./" | sudo tee /etc/apt/sources.list.d/x.list',
          },
        ],
      },
      {
        name: 'PowerShell',
        platform: 'win32',
        calls: [
          {
            shell:
              'Register-PSRepository -Name feed -SourceLocation https://ps.example.net/api/v2 -InstallationPolicy Trusted',
            dialect: 'powershell',
          },
        ],
      },
      {
        name: 'one command without a check (low)',
        calls: [{ shell: 'NODE_TLS_REJECT_UNAUTHORIZED=0 node client.js' }],
      },
    ],
    miss: [
      {
        name: 'the usual registry',
        guards: 'back to normal',
        calls: [
          {
            shell:
              'npm config set registry https://registry.npmjs.org/; npm config get registry; npm config delete registry',
          },
        ],
      },
      {
        name: 'company mirror',
        guards: 'internal names',
        calls: [{ shell: 'npm config set registry http://nexus.corp.internal:8081/repository/npm/' }],
      },
      {
        name: 'local registry',
        guards: 'tests of publishing',
        calls: [
          {
            shell:
              'npm config set registry http://localhost:4873 && PIP_INDEX_URL=http://127.0.0.1:3141 pip install x',
          },
        ],
      },
      {
        name: 'known mirror',
        guards: 'mirrors of a country',
        calls: [{ shell: 'pip config set global.index-url https://pypi.tuna.tsinghua.edu.cn/simple' }],
      },
      {
        name: 'hosted feed',
        guards: 'hosted feeds of companies',
        calls: [{ write: '/home/dev/app/.npmrc', content: '@acme:registry=https://npm.pkg.github.com\n' }],
      },
      {
        name: 'other settings',
        guards: 'the same commands',
        calls: [
          {
            shell:
              'git config user.name x; npm config set fund false; yarn config set nodeLinker node-modules; go env GOPATH',
          },
        ],
      },
      {
        name: 'exports',
        guards: 'other variables',
        calls: [
          {
            shell:
              'export NODE_ENV=production PATH=$PATH:./bin; NODE_OPTIONS=--max-old-space-size=4096 npm run build',
          },
        ],
      },
      {
        name: 'login',
        guards: 'a token for the usual registry',
        calls: [{ shell: 'echo "//registry.npmjs.org/:_authToken=\${NPM_TOKEN}" > .npmrc' }],
      },
      {
        name: 'build tool repository',
        guards: 'packages of a known maker',
        calls: [
          {
            shell:
              'echo "deb [signed-by=/usr/share/keyrings/nodesource.gpg] https://deb.nodesource.com/node_24.x nodistro main" | sudo tee /etc/apt/sources.list.d/nodesource.list',
          },
        ],
      },
      {
        name: 'plain install',
        guards: 'daily installs',
        calls: [{ shell: 'pip install -U pip && uv sync && npm install' }],
      },
    ],
  },
};

type Said = readonly [what: string, severity: Severity];

const CONFIG_FILE =
  /(?:^|[\\/])(?:\.npmrc|pip\.conf|pip\.ini|\.yarnrc(?:\.yml)?|bunfig\.toml|\.condarc|uv\.toml|nuget\.config|sources\.list|[\w.-]+\.(?:list|sources|repo)|config(?:\.toml)?)$/i;
const REGISTRY_LINE =
  /(?:registry(?:server)?|index-url|index_url|extra-index-url|npmRegistryServer|registry-mirror|channel_alias|baseurl|index|url|trusted-host)["']?\s*[:=]\s*["']?((?:sparse\+|git\+)?https?:\/\/[^\s"']{3,300})|^deb(?:-src)? (?:\[[^\]\n]{0,200}\] )?(https?:\/\/[^\s"']{3,300})/gim;

/** Whose server it is: nobody's business at home, in the company, or at a known place. */
function foreign(url: string): Said | undefined {
  const parsed = parseUrl(url.replace(/^(?:sparse|git)\+/, ''));
  if (parsed === undefined || isLocalHost(parsed.host)) return undefined;
  const kind = classifyHost(parsed.host);
  if (kind !== 'public' && kind !== 'public-ip') return undefined;
  if (
    kind === 'public' &&
    parsed.scheme !== 'http' &&
    (isKnownRegistry(parsed.host) || isKnownApi(parsed.host))
  )
    return undefined;
  if (isKnownRegistry(parsed.host)) return [`packages of ${parsed.host}`, 'low'];
  return [`packages of ${parsed.host}`, 'high'];
}

function inConfig(text: string): Said | undefined {
  for (const match of text.slice(0, 20_000).matchAll(REGISTRY_LINE)) {
    const said = foreign(match[1] ?? match[2] ?? '');
    // A registry for one scope is how companies give out their own packages.
    if (said !== undefined) return isScoped(text, match.index) ? [said[0], 'low'] : said;
  }
  if (/^[ \t]{0,40}strict-ssl\s{0,8}=\s{0,8}false|enableStrictSsl:\s*false|ssl_verify:\s*false/im.test(text))
    return ['certificates', 'medium'];
  return /\[trusted=yes\]|gpgcheck\s*=\s*0/i.test(text) ? ['signatures', 'medium'] : undefined;
}

/** `@acme:registry=…` */
function isScoped(text: string, at: number): boolean {
  return /@[\w.-]{1,100}:$/.test(text.slice(Math.max(0, at - 110), at));
}

function overridden(command: ShellCommand): Said | undefined {
  const name = canonicalName(command.program);
  const { args } = command;
  const line = args.join(' ').slice(0, 2_000);
  if (/^(?:npm|pnpm|yarn|bun|pip|poetry|composer|conda|bundle|uv)$/.test(name) || name === 'python')
    return packageManager(name, line);
  switch (name) {
    case 'go':
      return /^env -w\b/.test(line) ? goSettings(args.slice(2)) : undefined;
    case 'gem':
      return /^sources? .*(?:-a|--add)\b/.test(line) ? urlIn(line) : undefined;
    case 'git':
      return /http\.sslverify[= ](?:false|0)/i.test(line)
        ? ['certificates of git', subcommandOf(command).verb === 'config' ? 'medium' : 'low']
        : undefined;
    case 'nuget':
    case 'dotnet':
    case 'choco':
      return /\bsources? add\b|\badd source\b/i.test(line) ? urlIn(line) : undefined;
    case 'register-psrepository':
    case 'set-psrepository':
    case 'add-apt-repository':
    case 'apt-add-repository':
      return urlIn(line);
    case 'apt':
    case 'apt-get':
    case 'dnf':
    case 'yum':
      return /--allow-unauthenticated|--nogpgcheck|AllowInsecureRepositories=true/i.test(line)
        ? ['signatures', 'medium']
        : undefined;
    default:
      return undefined;
  }
}

function packageManager(name: string, line: string): Said | undefined {
  if (
    /\bstrict-ssl[= ](?:false|0)|enableStrictSsl false|ssl_verify (?:false|no)|repositories\.\S{1,100} .{0,200}allow_insecure/i.test(
      line,
    )
  )
    return /^(?:config|set|c)\b/.test(line) ? ['certificates', 'medium'] : ['certificates', 'low'];
  if (
    /^(?:config|set|c|source|-m pip config)\b/.test(line) &&
    /registry|index|channel|mirror|source|repositories/i.test(line)
  )
    return urlIn(line);
  if (name !== 'pip' && !/^-m pip\b/.test(line)) return undefined;
  for (const host of findOptions(line.split(' '), ['--trusted-host'])) {
    const said = foreign(`https://${host}`);
    if (said !== undefined) return said;
  }
  return undefined;
}

function urlIn(line: string): Said | undefined {
  const url = /(?:sparse\+|git\+)?https?:\/\/[^\s"']{3,300}/.exec(line)?.[0];
  return url === undefined ? undefined : foreign(url);
}

function goSettings(words: readonly string[]): Said | undefined {
  for (const word of words) {
    const [key = '', value = ''] = word.split('=', 2);
    const said = settingOf(key, value);
    if (said !== undefined) return said;
  }
  return undefined;
}

function settingOf(key: string, value: string): Said | undefined {
  switch (variableRisk(key, value)) {
    case 'index':
      for (const part of value.split(/[,| ]/).slice(0, 8)) {
        const said = part.includes('://') ? foreign(part) : undefined;
        if (said !== undefined) return said;
      }
      return undefined;
    case 'unchecked':
      return [`checks (${key})`, 'low'];
    default:
      return undefined;
  }
}

function byEnvironment(command: ShellCommand): Said | undefined {
  for (const [key, value] of Object.entries(command.assignments)) {
    const said = settingOf(key, value);
    if (said !== undefined) return said;
  }
  return canonicalName(command.program) === 'export' ? goSettings(command.args.slice(0, 40)) : undefined;
}
