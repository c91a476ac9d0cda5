import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EnrichedEvent, ToolInput } from '../../../collector/contract/event.ts';
import type { Finding } from '../../../collector/contract/finding.ts';
import { StoredEvent } from '../../../collector/contract/stored.ts';
import {
  DEFAULT_LIMITS,
  redactArgs,
  redactEvent,
  redactFinding,
} from '../../../collector/pipeline/redact.ts';
import { random, SAMPLES } from './secrets/samples.ts';

const base = {
  id: 'a:tool.call:1',
  timeMs: 1_760_000_000_000,
  nativeSessionId: 's',
  offsetBytes: 0,
  agentId: 'a',
  sessionId: 'a:s',
  actor: { user: 'robin', uid: 1000 },
  resources: [],
  source: { path: '/home/robin/.agent/log.jsonl', offsetBytes: 0 },
} as const;
const call = (input: ToolInput, more: Partial<EnrichedEvent> = {}): EnrichedEvent => ({
  ...base,
  ...more,
  kind: 'tool.call',
  tool: { name: 'Bash', category: 'shell', callId: 'c1' },
  input,
});
const secret = ['gh', 'p_', random('alnum', 36, 1)].join('');

describe('redactEvent', () => {
  it('hides one secret in every place an event has', () => {
    const stored = redactEvent(
      call(
        {
          command: `export T=${secret}`,
          cwd: `/tmp/${secret}`,
          paths: [`/tmp/${secret}/a`],
          url: `https://robin:${secret}@x.example.com/?token=${secret}`,
          query: secret,
          text: `use ${secret}`,
          content: secret,
          args: { token: secret, list: ['--token', secret], deep: { a: { b: `x ${secret}` } }, [secret]: 1 },
        },
        {
          cwd: `/home/${secret}`,
          resources: [{ kind: 'url', value: `https://x.example.com/?key=${secret}`, access: 'connect' }],
        },
      ),
    );
    expect(JSON.stringify(stored)).not.toContain(secret.slice(0, 12));
    expect(StoredEvent.parse(stored)).toEqual(stored);
  });

  it('keeps the size of a file content and nothing else of it', () => {
    expect(redactEvent(call({ paths: ['/a'], content: 'ä€🔑x' })).input).toEqual({
      paths: ['/a'],
      contentBytes: 10,
    });
  });

  it('never keeps what a tool answered', () => {
    const stored = redactEvent({
      ...base,
      kind: 'tool.result',
      callId: 'c1',
      outcome: { status: 'ok', sizeBytes: 9 },
      output: 'the answer',
    });
    expect(JSON.stringify(stored)).not.toContain('the answer');
    expect(stored.outcome).toEqual({ status: 'ok', sizeBytes: 9 });
  });

  it('cuts after hiding, so that a secret on the edge leaves no first half', () => {
    for (let shift = 0; shift < 60; shift++) {
      const command = `${'a '.repeat((DEFAULT_LIMITS.commandChars - shift) >> 1)}${secret} tail`;
      const kept = JSON.stringify(redactEvent(call({ command })));
      expect(kept).not.toContain(secret.slice(0, 8));
    }
  });

  it('bounds every part of a huge call', () => {
    const big = 'x '.repeat(500_000);
    const deep = (n: number): unknown =>
      n === 0 ? big : { [`k${n}`]: deep(n - 1), list: Array.from({ length: 50 }, () => big) };
    const stored = redactEvent(
      call({ command: big, text: big, paths: Array.from({ length: 5000 }, () => big), args: deep(20) }),
    );
    expect(JSON.stringify(stored).length).toBeLessThan(400_000);
  });

  it('drops a cut secret at the far end of a text that is searched only in part', () => {
    const glue = 'a'.repeat(10);
    const text = `${SAMPLES.slice(0, 20)
      .map((sample) => sample.value)
      .join(' ')
      .slice(0, 1900)} `
      .repeat(40)
      .slice(0, 65_530 - 8);
    const stored = JSON.stringify(redactEvent(call({ command: `${text} ${secret}${glue}` })));
    expect(stored).not.toContain(secret.slice(0, 8));
  });

  it('leaves out what is not there', () => {
    expect(redactEvent({ ...base, kind: 'session.start' })).toEqual({
      id: base.id,
      kind: 'session.start',
      timeMs: base.timeMs,
      agentId: 'a',
      sessionId: 'a:s',
      actor: { user: 'robin', uid: 1000 },
      resources: [],
      source: base.source,
    });
  });

  it('takes any arguments without throwing, and gives plain data', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const args = redactArgs(value);
        expect(() => JSON.stringify(args)).not.toThrow();
      }),
    );
  });

  it('does not loop on arguments that hold themselves', () => {
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    expect(JSON.stringify(redactArgs(loop))).toContain('…');
  });
});

describe('redactFinding', () => {
  it('hides secrets in subject, words and evidence, and bounds excerpts', () => {
    const finding: Finding = {
      id: 'f',
      ruleId: 'r',
      ruleCode: 'B-01',
      severity: 'high',
      confidence: 'high',
      title: `t ${secret}`,
      why: `w ${secret}`,
      subject: { kind: 'tool-call', value: `curl ${secret}`, cwd: `/x/${secret}` },
      evidence: [{ path: `/y/${secret}`, excerpt: `${'z '.repeat(400)}${secret}` }],
      taxonomies: { attack: [], atlas: [], owasp: [] },
      bundles: [],
      controls: [],
      firstSeenMs: 1,
      lastSeenMs: 1,
      count: 1,
      status: 'open',
      advice: 'a',
      actions: [],
    };
    const redacted = redactFinding(finding);
    expect(JSON.stringify(redacted)).not.toContain(secret.slice(0, 8));
    expect(redacted.evidence[0]?.excerpt?.length).toBeLessThanOrEqual(300);
  });
});
