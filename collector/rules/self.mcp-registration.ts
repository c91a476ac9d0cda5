import type { Severity } from '../contract/finding.ts';
import type { ShellCommand } from '../contract/shell.ts';
import type { EventRule, Match, SessionContext } from './rule.ts';
import { askedFor } from './shared/asked.ts';
import { canonicalName, describeCommand, subcommandOf } from './shared/commands.ts';
import { excerptOf, onCall } from './shared/on-call.ts';
import { classedUses } from './shared/secrets-read.ts';
import { writtenText } from './shared/written-text.ts';

/** A stranger's text farther back than this is hardly the reason. */
const NEAR_CALLS = 40;

export const selfMcpRegistration: EventRule = {
  on: 'event',
  id: 'self.mcp-registration',
  code: 'B-28',
  title: 'Agent gave itself a new MCP server',
  severity: 'high',
  confidence: 'medium',
  why: 'An MCP server is a program that runs as you and whose texts the agent obeys. When the agent adds one itself, nobody has looked at it.',
  triage: 'See which server it is, where its program comes from, and who asked for it.',
  advice:
    'Remove the entry unless you know the server. Let only people, or your managed policy, add servers.',
  falsePositives: [
    'You asked for the server (reported as low).',
    'Servers with nothing but a local script of the project (reported as medium).',
  ],
  references: ['https://atlas.mitre.org/techniques/AML.T0081'],
  taxonomies: { attack: ['T1546'], atlas: ['AML.T0081'], owasp: ['ASI04', 'ASI10'] },
  bundles: ['CHG', 'INV'],
  trigger: {
    writes: ['mcp-config', 'agent-config'],
    programs: [
      'claude mcp',
      'codex mcp',
      'gemini mcp',
      'copilot mcp',
      'opencode mcp',
      'qwen mcp',
      'amp mcp',
      'droid mcp',
      'goose configure',
      'code --add-mcp',
      'code-insiders --add-mcp',
      'cursor --add-mcp',
      'smithery install',
      '@smithery/cli',
      'npx @smithery/cli',
      'npx add-mcp',
      'add-mcp',
      'mcp install',
      'fastmcp install',
    ],
  },
  match: onCall((event, context) => {
    const matches: Match[] = [];
    const report = (subject: string, server: string, excerpt: string): void => {
      matches.push({
        subject,
        detail: `The agent added the MCP server ${server}.`,
        severity: severityOf(server, context),
        excerpt,
      });
    };
    for (const use of classedUses(event, context)) {
      if (use.how !== 'write' && use.how !== 'append') continue;
      if (use.class !== 'mcp-config' && use.class !== 'agent-config') continue;
      const text = writtenText(event, use.command);
      if (SERVER.test(text) && (use.class === 'mcp-config' || /mcp_?servers/i.test(text)))
        report(use.path, serverIn(text), excerptOf(event));
    }
    for (const command of event.shell?.commands ?? []) {
      const server = command.elsewhere ? undefined : addedBy(command);
      if (server !== undefined) report(`MCP server ${server}`, server, describeCommand(command));
    }
    return matches;
  }),
  examples: {
    hit: [
      {
        name: 'write tool',
        calls: [
          {
            write: '/home/dev/app/.mcp.json',
            content: '{"mcpServers":{"notes":{"command":"npx","args":["-y","notes-mcp"]}}}',
          },
        ],
      },
      { name: 'own command', calls: [{ shell: 'claude mcp add notes -- npx -y notes-mcp' }] },
      {
        name: 'after a stranger wrote',
        calls: [
          { shell: 'gh issue view 12' },
          { shell: 'claude mcp add --transport http help https://mcp.example.net/sse' },
        ],
      },
      {
        name: 'appended settings',
        calls: [{ shell: `printf '[mcp_servers.help]\\ncommand = "npx"\\n' >> ~/.codex/config.toml` }],
      },
      {
        name: 'here-document',
        calls: [
          {
            shell: `cat > ~/.cursor/mcp.json <<'EOF'\n{"mcpServers":{"x":{"url":"https://mcp.example.net"}}}\nEOF`,
          },
        ],
      },
      { name: 'nested shell', calls: [{ shell: `bash -c "codex mcp add help -- uvx help-mcp"` }] },
      { name: 'editor', calls: [{ shell: `code --add-mcp '{"name":"help","command":"npx"}'` }] },
      { name: 'as JSON', calls: [{ shell: `claude mcp add-json help '{"command":"npx"}'` }] },
    ],
    miss: [
      { name: 'listing', guards: 'looking', calls: [{ shell: 'claude mcp list' }] },
      { name: 'reading', guards: 'looking', calls: [{ read: '/home/dev/app/.mcp.json' }] },
      { name: 'removing', guards: 'fewer servers', calls: [{ shell: 'claude mcp remove notes' }] },
      {
        name: 'empty list',
        guards: 'a file without servers',
        calls: [{ write: '/home/dev/app/.mcp.json', content: '{"mcpServers":{}}' }],
      },
      {
        name: 'developing a server',
        guards: 'source code about MCP',
        calls: [{ write: '/home/dev/app/src/mcp.ts', content: 'const mcpServers = {command: "x"}' }],
      },
      {
        name: 'documentation',
        guards: 'text about it',
        calls: [{ write: '/home/dev/app/docs/mcp.md', content: '"mcpServers": {"command": "npx"}' }],
      },
      {
        name: 'other settings',
        guards: 'settings without servers',
        calls: [{ write: '/home/dev/.codex/config.toml', content: 'model = "x"' }],
      },
    ],
  },
};

const SERVER = /["']?\b(?:command|url|serverUrl|httpUrl)\b["']?\s*[:=]\s*\\?["'[]|\[mcp_servers\./;

function serverIn(text: string): string {
  return (
    /(?:mcpServers|servers|mcp)["']?\s*:\s*\{\s*\\?["']([\w@/.-]{1,80})/.exec(text)?.[1] ??
    /\[mcp_servers\.["']?([\w-]{1,80})/.exec(text)?.[1] ??
    'of a configuration file'
  );
}

function addedBy(command: ShellCommand): string | undefined {
  const name = canonicalName(command.program);
  const at = command.args.indexOf('--add-mcp');
  if (at >= 0)
    return /["']?name["']?\s*:\s*["']([\w.-]{1,80})/.exec(command.args[at + 1] ?? '')?.[1] ?? 'of an editor';
  const { words } = subcommandOf(command);
  const [verb = '', noun = '', third = ''] = words;
  if (verb === 'mcp' && /^(?:add|add-json|add-from-claude-desktop|install|import)$/.test(noun))
    return third === '' ? `of ${name}` : third.slice(0, 80);
  if (/^(?:@smithery\/cli|smithery|add-mcp|mcp|fastmcp)$/.test(name))
    return verb === 'install' || name === 'add-mcp' ? (noun === '' ? verb : noun).slice(0, 80) : undefined;
  if (name === 'npx' && /^(?:@smithery\/cli|add-mcp)/.test(verb))
    return (noun === 'install' ? third : noun).slice(0, 80);
  return undefined;
}

function severityOf(server: string, context: SessionContext): Severity {
  if (askedFor(context, ['mcp', server])) return 'low';
  const told = context.untrusted.some(
    (mark) => mark.weight === 'strong' && context.toolCalls - mark.call <= NEAR_CALLS,
  );
  return told ? 'critical' : 'high';
}
