import { describe, expect, it } from 'vitest';
import type { ParsedEvent } from '../../../collector/contract/event.ts';
import { enrich, type EnrichContext } from '../../../collector/pipeline/enrich.ts';

const context: EnrichContext = {
  agentId: 'claude-code',
  home: '/home/dev',
  platform: 'linux',
  actor: { user: 'dev', uid: 1000 },
  session: { cwd: '/home/dev/app' },
  sourcePath: '/home/dev/.claude/projects/x/1.jsonl',
};
const base = { id: 'i', timeMs: 1, nativeSessionId: 's', offsetBytes: 7 } as const;
const call = (
  input: Extract<ParsedEvent, { kind: 'tool.call' }>['input'],
  category: 'shell' | 'read' = 'shell',
): ParsedEvent => ({
  ...base,
  kind: 'tool.call',
  tool: { name: 'T', category, callId: 'c' },
  input,
});

describe('enrich', () => {
  it('adds place, ids and source', () => {
    const event = enrich({ ...base, parentNativeSessionId: 'p', kind: 'session.start' }, context);
    expect(event).toMatchObject({
      agentId: 'claude-code',
      sessionId: 'claude-code:s',
      parentSessionId: 'claude-code:p',
      actor: { user: 'dev' },
      source: { path: context.sourcePath, offsetBytes: 7 },
      resources: [],
    });
    expect(event).not.toHaveProperty('shell');
  });

  it('parses the command and finds its resources from the folder of the call, the event, then the session', () => {
    const files = (event: ParsedEvent): string[] =>
      enrich(event, context).resources.map((resource) => resource.value);
    expect(files(call({ command: 'cat a.txt' }))).toContain('/home/dev/app/a.txt');
    expect(files({ ...call({ command: 'cat a.txt' }), cwd: '/srv' })).toContain('/srv/a.txt');
    expect(files({ ...call({ command: 'cat a.txt', cwd: '/opt' }), cwd: '/srv' })).toContain('/opt/a.txt');
    expect(files(call({ paths: ['src/a.ts'] }, 'read'))).toEqual(['/home/dev/app/src/a.ts']);
  });

  it('follows the dialect the agent names', () => {
    const event = enrich(call({ command: 'Get-Content a.txt', dialect: 'powershell' }), context);
    expect(event.shell?.dialect).toBe('powershell');
  });

  it('does not change what the parser said, and gives the same for the same', () => {
    const parsed = call({ command: "bash -c 'ls | wc -l'" });
    const copy = structuredClone(parsed);
    expect(enrich(parsed, context)).toEqual(enrich(parsed, context));
    expect(parsed).toEqual(copy);
    expect(enrich(parsed, context)).toMatchObject(parsed);
  });
});
