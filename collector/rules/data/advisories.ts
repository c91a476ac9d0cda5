import type { Advisory, AdvisoryPack } from '../../contract/advisory.ts';

/** Public incidents up to 2026-09. Only what is exact: a name or version that is wrong here would accuse somebody. */
const LITELLM = {
  why: 'A release with a back door that sent the environment away at start.',
  source: 'public incident reports of 2026-03',
  date: '2026-03-24',
  severity: 'critical',
} as const;

const npm = (
  name: string,
  versions: readonly string[] | undefined,
  known: Omit<Extract<Advisory, { kind: 'package' }>, 'kind' | 'ecosystem' | 'name' | 'versions'>,
): Advisory => ({
  kind: 'package',
  ecosystem: 'npm',
  name,
  ...(versions !== undefined && { versions: [...versions] }),
  ...known,
});

export const BUILT_IN_PACK: AdvisoryPack = {
  format: 1,
  version: 2026112201,
  date: '2026-11-22',
  entries: [
    npm('postmark-mcp', undefined, {
      since: '1.0.16',
      why: 'From 1.0.16 on it sent a hidden copy of every mail to its maker; the package is withdrawn.',
      source: 'MITRE ATLAS AML.CS0053',
      date: '2025-09-17',
      severity: 'critical',
    }),
    npm('@lanyer640/mcp-runcommand-server', undefined, {
      why: 'Opens a shell to an outside address when it is installed and when it runs.',
      source: 'https://owasp.org/www-project-mcp-top-10/',
      date: '2025-10-01',
      severity: 'critical',
    }),
    npm('mcp-remote', undefined, {
      since: '0.0.5',
      fixed: '0.1.16',
      why: 'A hostile server can make it run commands when it logs in.',
      source: 'CVE-2025-6514',
      date: '2025-07-09',
      severity: 'high',
    }),
    npm('@modelcontextprotocol/inspector', undefined, {
      since: '0.0.0',
      fixed: '0.14.1',
      why: 'A web page can make its local proxy run commands.',
      source: 'CVE-2025-49596',
      date: '2025-07-01',
      severity: 'high',
    }),
    npm('cline', ['2.3.0'], {
      why: 'A release by a stolen token installed another agent as a service.',
      source: 'https://github.com/cline/cline/security/advisories',
      date: '2026-02-17',
      severity: 'critical',
    }),
    npm('@anthropic-ai/claude-code', undefined, {
      since: '0.0.0',
      fixed: '2.0.65',
      why: 'Settings of a project can lead it, with its key, to another address before anybody is asked.',
      source: 'CVE-2026-21852',
      date: '2026-01-21',
      severity: 'high',
    }),
    // Some lists name 0.23.0 itself as bad; the maker's release of 2025-08-20 mends it. The day is that release.
    npm('@openai/codex', undefined, {
      since: '0.0.0',
      fixed: '0.23.0',
      why: 'A file of a project can move its settings and start tool servers without a question.',
      source: 'CVE-2025-61260',
      date: '2025-08-20',
      severity: 'high',
    }),
    npm('openclaw', undefined, {
      since: '0.0.0',
      fixed: '2026.1.29',
      why: 'A page can have the token of its gateway sent to another address.',
      source: 'CVE-2026-25253',
      date: '2026-01-29',
      severity: 'high',
    }),
    // The name of the same program until 2026-01.
    npm('clawdbot', undefined, {
      since: '0.0.0',
      fixed: '2026.1.29',
      why: 'A page can have the token of its gateway sent to another address; the program goes on under another name.',
      source: 'CVE-2026-25253',
      date: '2026-01-29',
      severity: 'high',
    }),
    npm('@bitwarden/cli', ['2026.4.0'], {
      why: 'A release that collected settings and tokens of coding agents.',
      source: 'https://github.com/bitwarden/clients/releases',
      date: '2026-04-22',
      severity: 'critical',
    }),
    npm('anthropic-toolkit', undefined, {
      why: 'Imitates a package of a model maker.',
      source: 'public incident reports of that day',
      date: '2026-07-09',
      severity: 'high',
    }),
    npm('ai-sdk-helpers', undefined, {
      why: 'Imitates a package of a model maker.',
      source: 'public incident reports of that day',
      date: '2026-07-09',
      severity: 'high',
    }),
    npm('@langgraphjs/toolkit', undefined, {
      why: 'Imitates a package of a model maker.',
      source: 'public incident reports of that day',
      date: '2026-07-09',
      severity: 'high',
    }),
    npm('codexui-android', undefined, {
      why: 'Reads the login of Codex and posts it to a false address.',
      source: 'public incident reports of that day',
      date: '2026-06-01',
      severity: 'critical',
    }),
    { kind: 'package', ecosystem: 'pypi', name: 'litellm', versions: ['1.82.7', '1.82.8'], ...LITELLM },
    {
      kind: 'package',
      ecosystem: 'pypi',
      name: 'durabletask',
      versions: ['1.4.1', '1.4.2', '1.4.3'],
      why: 'Releases of a worm that plants hooks of agents in projects.',
      source: 'CVE-2026-45321',
      date: '2026-05-19',
      severity: 'critical',
    },
    ...[
      '.claude/router_runtime.js',
      '.claude/setup.mjs',
      '.vscode/setup.mjs',
      '.vscode/router_runtime.js',
      '.cursor/rules/setup.mdc',
    ].map((suffix): Advisory => ({
      kind: 'file',
      suffix,
      why: 'A file of this name is left in projects by a worm that starts through hooks of agents.',
      source: 'CVE-2026-45321',
      date: '2026-05-19',
      severity: 'high',
    })),
  ],
};
