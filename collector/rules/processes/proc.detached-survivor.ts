import type { ProcessFact } from '../../contract/attribution.ts';
import type { ProcessRule } from '../rule.ts';
import { called, examplePlace, programOf } from '../shared/process-look.ts';

const PATIENCE_MS = 5 * 60_000;
/** Made to stay. */
const DAEMONS =
  /^(?:docker.*|containerd.*|colima|podman|gradle.*|java|bazel.*|buck2?|watchman|tmux.*|screen|zellij|ssh-agent|gpg-agent|adb|turbo|nx|.*-language-server|.*-lsp|gopls|tsserver|rust-analyzer|sccache|ccache|chrome|chromium|code.*|postgres|mysqld|redis-server|emacs|dbus-daemon|mcp-.*)$/;

const survivor = (line: string, minutes: number, connected: boolean): ProcessFact => ({
  kind: 'survivor',
  ...examplePlace(line, { parentPid: 1 }),
  afterMs: minutes * 60_000,
  connected,
});

export const procDetachedSurvivor: ProcessRule = {
  on: 'process',
  id: 'proc.detached-survivor',
  code: 'N-03',
  title: 'Program outlives the agent that started it',
  severity: 'high',
  confidence: 'medium',
  why: 'The agent has ended, but a program it started goes on in the background, where nobody sees what it does.',
  triage: 'What is it, which tool call started it, and what is it connected to?',
  advice: 'End it if you do not know it.',
  falsePositives: ['Build daemons and servers that were meant to stay.'],
  references: ['https://attack.mitre.org/techniques/T1564/'],
  taxonomies: { attack: ['T1543', 'T1564'], atlas: ['AML.T0121'], owasp: ['ASI10'] },
  bundles: ['MON', 'INC'],
  match(fact) {
    if (fact.kind !== 'survivor' || fact.afterMs < PATIENCE_MS || DAEMONS.test(programOf(fact.process)))
      return [];
    return [
      {
        subject: programOf(fact.process),
        detail: `${called(fact.process)} still runs ${Math.floor(fact.afterMs / 60_000)} minutes after its agent ended${fact.connected ? ', and has connections' : ''}.`,
        severity: fact.connected ? 'high' : 'low',
      },
    ];
  },
  examples: {
    hit: [
      { name: 'script with connections', fact: survivor('python3 beacon.py', 6, true) },
      { name: 'loop without (low)', fact: survivor('bash loop.sh', 60, false) },
      { name: 'server left behind', fact: survivor('node server.js', 10, true) },
    ],
    miss: [
      { name: 'just ended', guards: 'programs that take a moment', fact: survivor('python3 x.py', 2, true) },
      { name: 'build daemon', guards: 'gradle, bazel', fact: survivor('bazel', 600, true) },
      { name: 'terminal server', guards: 'tmux', fact: survivor('tmux: server', 600, false) },
      {
        name: 'language server',
        guards: 'editors keep them',
        fact: survivor('typescript-language-server --stdio', 30, false),
      },
    ],
  },
};
