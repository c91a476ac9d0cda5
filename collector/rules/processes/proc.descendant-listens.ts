import type { ProcessRule } from '../rule.ts';
import { classifyHost } from '../shared/hosts.ts';
import { called, exampleConnect, exampleListen, isInside, programOf } from '../shared/process-look.ts';

/** Servers of ordinary development. */
const SERVERS =
  /^(?:node|bun|deno|python[\d.]*|ruby|php|java|go|dotnet|vite|next|next-server|webpack|esbuild|flask|uvicorn|gunicorn|jupyter.*|rails|puma|hugo|caddy|nginx|postgres|mysqld|redis-server|mongod|docker.*|chrome|chromium|headless_shell|playwright|gradle.*|bazel|watchman|adb|main|server|tmux|code.*|.*-language-server|.*-lsp)$/;

export const procDescendantListens: ProcessRule = {
  on: 'process',
  id: 'proc.descendant-listens',
  code: 'N-02',
  title: 'Program of an agent waits for connections',
  severity: 'medium',
  confidence: 'medium',
  why: 'A program that the agent started can be reached from other machines, or waits for orders on this one.',
  triage: 'What is the program, and is it a development server that you know?',
  advice: 'Stop it if you do not need it, or let it listen on 127.0.0.1 only.',
  falsePositives: ['Development servers that must be reached from a phone or a container.'],
  references: ['https://attack.mitre.org/techniques/T1571/'],
  taxonomies: { attack: ['T1571'], atlas: ['AML.T0132'], owasp: ['ASI05'] },
  bundles: ['MON'],
  match(fact) {
    if (fact.kind !== 'connection' || fact.change.kind !== 'listen' || fact.attribution.role === 'agent')
      return [];
    const { local } = fact.change.connection;
    const open = classifyHost(local.address) !== 'loopback';
    const known =
      SERVERS.test(programOf(fact.process)) ||
      isInside(fact.process.executable ?? fact.process.argv[0] ?? '', fact.workspace);
    if (!open && known) return [];
    return [
      {
        subject: `${programOf(fact.process)}:${local.port}`,
        detail: `${called(fact.process)} waits for connections on ${local.address} port ${local.port}.`,
        severity: open && !known ? 'high' : 'medium',
      },
    ];
  },
  examples: {
    hit: [
      { name: 'netcat for everybody (high)', fact: exampleListen('nc -l 4444', '0.0.0.0', 4444) },
      { name: 'development server for everybody', fact: exampleListen('node server.js', '::', 3000) },
      { name: 'unknown program on this machine', fact: exampleListen('/tmp/x', '127.0.0.1', 9999) },
      { name: 'one address of the network', fact: exampleListen('socat x', '192.0.2.10', 8080) },
    ],
    miss: [
      {
        name: 'development server',
        guards: 'vite, next and such',
        fact: exampleListen('node server.js', '127.0.0.1', 3000),
      },
      {
        name: 'IPv6 loopback',
        guards: 'both loopback addresses',
        fact: exampleListen('python3 -m http.server', '::1', 8000),
      },
      {
        name: 'own program',
        guards: 'what the project builds',
        fact: exampleListen('/home/dev/app/bin/api', '127.0.0.1', 8080),
      },
      {
        name: 'outgoing',
        guards: 'connections to others',
        fact: exampleConnect('nc example.com 80', '192.0.2.80', 80),
      },
    ],
  },
};
