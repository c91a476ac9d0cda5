import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { severityRank, type Finding } from '../../collector/contract/finding.ts';
import { detectEvent } from '../../collector/pipeline/detect.ts';
import { exampleEvents, examplePlace } from '../../collector/pipeline/example-events.ts';
import { initialSessionState, observe, sessionContext } from '../../collector/pipeline/session-state.ts';
import { BEHAVIOUR_RULES } from '../../collector/rules/behaviour.ts';
import type { EventExample, ExampleCall } from '../../collector/rules/rule.ts';

const FOLDER = new URL('../fixtures/everyday/', import.meta.url);
const names = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

function asCall(kind: string, text: string): ExampleCall {
  const [server = '', tool = ''] = text.split(' ');
  switch (kind) {
    case 'shell':
      return { shell: text };
    case 'powershell':
    case 'cmd':
      return { shell: text, dialect: kind };
    case 'read':
      return { read: text };
    case 'write':
      return { write: text, content: '# text\n' };
    case 'fetch':
      return { fetch: text };
    case 'mcp':
      return { mcp: server, tool };
    default:
      throw new Error(`unknown kind ${kind}`);
  }
}

/** One file is one session: what was read in the beginning counts for what is sent at its end. */
function session(name: string): EventExample {
  const calls: ExampleCall[] = [];
  let prompt = '';
  let platform: 'linux' | 'win32' = 'linux';
  for (const line of readFileSync(new URL(name, FOLDER), 'utf8').split('\n')) {
    const match = /^(\w+): (.+)$/.exec(line);
    if (match === null) continue;
    const [, kind = '', text = ''] = match;
    if (kind === 'prompt') prompt = text;
    else if (kind === 'platform') platform = 'win32';
    else calls.push(asCall(kind, text));
  }
  return { name, calls, prompt, platform };
}

function findingsOf(example: EventExample): { readonly said: string; readonly finding: Finding }[] {
  const place = examplePlace(example);
  const state = initialSessionState();
  const found: { said: string; finding: Finding }[] = [];
  for (const event of exampleEvents(example)) {
    const failed: string[] = [];
    const findings = detectEvent(event, sessionContext(state, place), BEHAVIOUR_RULES, {
      hash,
      ruleFailed: (id) => failed.push(id),
    });
    expect(failed).toEqual([]);
    const said =
      event.kind === 'tool.call'
        ? (event.input.command ?? event.input.paths?.[0] ?? event.tool.name)
        : event.kind;
    for (const finding of findings) found.push({ said, finding });
    observe(state, event, place);
  }
  return found;
}

describe('ordinary work of developers', () => {
  it('is a corpus of at least 1,200 different calls of a dozen kinds of work', () => {
    const all = names.flatMap((name) => session(name).calls.map((call) => JSON.stringify(call)));
    expect(new Set(all).size).toBeGreaterThanOrEqual(1_200);
    expect(names.length).toBeGreaterThanOrEqual(12);
  });

  it.each(names)('raises nothing at medium or above: %s', (name) => {
    const alerts = findingsOf(session(name)).filter(
      ({ finding }) => severityRank(finding.severity) >= severityRank('medium'),
    );
    expect(alerts.map(({ said, finding }) => `${finding.ruleId} ${finding.severity}: ${said}`)).toEqual([]);
  });

  it('raises at most one quiet note in eight calls', () => {
    let calls = 0;
    let notes = 0;
    for (const name of names) {
      const example = session(name);
      calls += example.calls.length;
      notes += findingsOf(example).length;
    }
    expect(notes / calls).toBeLessThan(0.125);
  });
});
