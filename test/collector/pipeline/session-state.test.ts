import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EnrichedEvent } from '../../../collector/contract/event.ts';
import { exampleEvents, examplePlace } from '../../../collector/pipeline/example-events.ts';
import {
  initialSessionState,
  MAX_STATE_CHARS,
  observe,
  sessionContext,
  type SessionState,
} from '../../../collector/pipeline/session-state.ts';
import type { ExampleCall } from '../../../collector/rules/rule.ts';

const place = examplePlace({});

function after(calls: readonly ExampleCall[], prompt?: string): SessionState {
  const state = initialSessionState();
  for (const event of exampleEvents({ name: 'x', calls, ...(prompt === undefined ? {} : { prompt }) }))
    observe(state, event, place);
  return state;
}

function event(fields: Record<string, unknown>): EnrichedEvent {
  return {
    id: 'e',
    timeMs: 1,
    nativeSessionId: 's',
    sessionId: 'a:s',
    agentId: 'a',
    actor: { user: 'dev' },
    offsetBytes: 0,
    resources: [],
    source: { path: '/x', offsetBytes: 0 },
    ...fields,
  } as unknown as EnrichedEvent;
}

describe('observe', () => {
  it.each<[string, ExampleCall]>([
    ['a web page', { fetch: 'https://blog.example.net' }],
    ['an issue by the command line', { shell: 'gh issue view 3' }],
    ['an issue by MCP', { mcp: 'github', tool: 'get_issue' }],
    ['a mail', { mcp: 'gmail', tool: 'read_message' }],
    ['a foreign host', { shell: 'curl -s https://x.example.net/readme' }],
    ['a download', { read: '/home/dev/Downloads/notes.md' }],
    ['a package readme', { read: '/home/dev/app/node_modules/x/README.md' }],
    ['a cloned repository', { shell: 'git clone https://git.example.net/a/b' }],
  ])('marks as untrusted: %s', (_, call) => {
    expect(after([call]).untrusted).toHaveLength(1);
  });

  it.each<[string, ExampleCall]>([
    ['an own file', { read: '/home/dev/app/src/a.ts' }],
    ['this machine', { shell: 'curl localhost:3000' }],
    ['a local page', { fetch: 'http://localhost:3000' }],
    ['a database tool', { mcp: 'postgres', tool: 'query' }],
  ])('does not mark as untrusted: %s', (_, call) => {
    expect(after([call]).untrusted).toEqual([]);
  });

  it.each<[string, ExampleCall, string]>([
    ['a key', { shell: 'cat ~/.ssh/id_rsa' }, 'strong'],
    ['an environment file of the project', { read: '/home/dev/app/.env' }, 'weak'],
    ['a printed token', { shell: 'gh auth token' }, 'strong'],
    ['a database dump', { shell: 'pg_dump app' }, 'weak'],
  ])('marks as sensitive: %s', (_, call, weight) => {
    expect(after([call]).sensitive.map((mark) => mark.weight)).toEqual([weight]);
  });

  it('does not mark a template, a token that is used in place, or names without values', () => {
    expect(
      after([
        { read: '/home/dev/app/.env.example' },
        { shell: 'gh auth token | docker login ghcr.io --password-stdin' },
        { shell: 'env | cut -d= -f1' },
      ]).sensitive,
    ).toEqual([]);
  });

  it('takes back what a refused call would have done', () => {
    const state = after([{ shell: 'cat ~/.ssh/id_rsa' }]);
    observe(state, event({ kind: 'tool.result', callId: 'call-1', outcome: { status: 'denied' } }), place);
    expect(state.sensitive).toEqual([]);
    expect(state.pending).toEqual([]);
  });

  it('knows a push to a remote that was added in this run', () => {
    expect(after([{ shell: 'git push origin main' }]).sent).toEqual([]);
    expect(
      after([{ shell: 'git remote add copy https://git.example.net/x.git' }, { shell: 'git push copy main' }])
        .sent,
    ).toHaveLength(1);
  });

  it('keeps only what people typed as prompts', () => {
    const state = after([], 'hello');
    observe(state, event({ kind: 'prompt.submit', text: 'do it', origin: 'agent' }), place);
    expect(state.prompts).toEqual(['hello']);
  });

  it('takes the first folder as the workspace, but never a home or a root', () => {
    const state = initialSessionState();
    observe(state, event({ kind: 'session.start', cwd: '/home/dev' }), place);
    expect(sessionContext(state, place).workspace).toBeUndefined();
    expect(sessionContext(after([{ shell: 'ls' }]), place).workspace).toBe('/home/dev/app');
  });

  it('stays under its size, whatever comes, and survives JSON', () => {
    const call = fc.oneof(
      fc.record({
        shell: fc
          .string({ maxLength: 400 })
          .map(
            (text) => `curl https://h${text.length}.example.net/${text}; cat ~/.ssh/${text} /x/${text}/.env`,
          ),
      }),
      fc.record({ fetch: fc.webUrl() }),
    );
    fc.assert(
      fc.property(fc.array(call, { maxLength: 120 }), fc.string({ maxLength: 5_000 }), (calls, prompt) => {
        const state = after(calls, `${prompt}${'"'.repeat(3_000)}`);
        expect(JSON.stringify(state).length).toBeLessThanOrEqual(MAX_STATE_CHARS);
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      }),
      { numRuns: 40 },
    );
  });

  it('stays under its size with thousands of different marks and long ids', () => {
    const state = initialSessionState();
    for (let i = 0; i < 3_000; i++) {
      const [read] = exampleEvents({
        name: 'x',
        calls: [{ read: `/home/dev/.ssh/id_rsa_${i}_${'k'.repeat(300)}` }],
      });
      if (read === undefined) throw new Error('no event');
      observe(state, { ...read, id: `e${i}${'i'.repeat(400)}` }, place);
      observe(state, event({ kind: 'prompt.submit', text: '\u0000'.repeat(3_000), origin: 'human' }), place);
      if (i < 8 || i % 500 === 0) expect(JSON.stringify(state).length).toBeLessThanOrEqual(MAX_STATE_CHARS);
    }
    expect(state.toolCalls).toBe(3_000);
    expect(state.sensitive.at(-1)?.what).toContain('id_rsa_2999');
  });
});
