import type { Severity } from '../contract/finding.ts';
import type { EventRule, Match } from './rule.ts';
import { describeCommand } from './shared/commands.ts';
import { excerptOf, onCall } from './shared/on-call.ts';
import {
  changedByCommand,
  changedByText,
  fetchesPackages,
  REGISTRY_FILE,
} from './shared/registry-changes.ts';
import { classedUses } from './shared/secrets-read.ts';
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
    const commands = event.shell?.commands ?? [];
    for (const command of commands) {
      if (command.elsewhere || found.length > 7) continue;
      const said = changedByCommand(command);
      if (said === undefined) continue;
      // Nothing is broken by a check that is off for a script of one's own; packages that come meanwhile stay.
      const brings = said[0].startsWith('checks ') && commands.some(fetchesPackages);
      report(said[0], brings ? 'medium' : said[1], describeCommand(command));
    }
    for (const use of classedUses(event, context)) {
      if ((use.how !== 'write' && use.how !== 'append') || !REGISTRY_FILE.test(use.path)) continue;
      const said = changedByText(writtenText(event, use.command));
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
        name: 'installed while nothing is checked',
        calls: [{ shell: 'export NODE_TLS_REJECT_UNAUTHORIZED=0; npm ci' }],
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
