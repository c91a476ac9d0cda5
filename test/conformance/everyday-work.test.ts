import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { EventKind } from '../../collector/contract/event.ts';
import { severityRank, type Finding } from '../../collector/contract/finding.ts';
import { detectEvent } from '../../collector/pipeline/detect.ts';
import { exampleEvents, examplePlace } from '../../collector/pipeline/example-events.ts';
import { ruleIndex, rulesForCall } from '../../collector/pipeline/detect-index.ts';
import {
  initialSessionState,
  observe,
  sessionContext,
  withWorkspace,
} from '../../collector/pipeline/session-state.ts';
import { BEHAVIOUR_RULES } from '../../collector/rules/behaviour.ts';
import type { DetectionRule, EventExample, ExampleCall, RuleTrigger } from '../../collector/rules/rule.ts';

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

function findingsOf(
  example: EventExample,
  rules: readonly DetectionRule[] = BEHAVIOUR_RULES,
): { readonly said: string; readonly finding: Finding }[] {
  const place = examplePlace(example);
  const state = initialSessionState();
  const found: { said: string; finding: Finding }[] = [];
  for (const event of exampleEvents(example)) {
    const failed: string[] = [];
    const findings = detectEvent(event, sessionContext(state, place), rules, {
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

/** Kinds of events a rule may be asked about beside calls. */
function wakes({ kinds = [], results }: RuleTrigger): readonly EventKind[] {
  return results === undefined ? kinds : [...kinds, 'tool.result'];
}

describe('the index of rules', () => {
  it('hides nothing: with every rule awake the same is said of everyday work and of all examples', () => {
    const awake = BEHAVIOUR_RULES.map((rule) =>
      rule.on === 'event'
        ? { ...rule, trigger: { categories: 'all' as const, kinds: wakes(rule.trigger) } }
        : rule,
    );
    const examples = BEHAVIOUR_RULES.flatMap((rule): readonly EventExample[] =>
      rule.on === 'event' ? [...rule.examples.hit, ...rule.examples.miss] : [],
    );
    for (const example of [...names.map(session), ...examples]) {
      const short = (found: ReturnType<typeof findingsOf>): string[] =>
        found.map(({ said, finding }) => `${finding.ruleId} ${finding.severity}: ${said}`);
      expect(short(findingsOf(example))).toEqual(short(findingsOf(example, awake)));
    }
  });

  it('leaves nearly half of the calls to no rule, though they were picked for being hard', () => {
    const index = ruleIndex(BEHAVIOUR_RULES);
    let calls = 0;
    let quiet = 0;
    for (const name of names) {
      const example = session(name);
      const place = examplePlace(example);
      const context = sessionContext(initialSessionState(), place);
      for (const event of exampleEvents(example)) {
        if (event.kind !== 'tool.call') continue;
        calls += 1;
        if (rulesForCall(index, event, withWorkspace(context, event)).length === 0) quiet += 1;
      }
    }
    expect(quiet / calls).toBeGreaterThan(0.42);
  });

  it('wakes no rule for the commonest calls', () => {
    const index = ruleIndex(BEHAVIOUR_RULES);
    const calls: ExampleCall[] = [
      { read: '/home/dev/app/src/a.ts' },
      { write: '/home/dev/app/src/a.ts', content: 'x' },
      { shell: 'git status' },
      { shell: 'git diff --stat && git log -n 5' },
      { shell: 'npm test 2>&1 | tail -40' },
      { shell: 'cd web && npm run build' },
      { shell: 'grep -rn "foo" src | head -20' },
      { shell: 'ls -la /home/dev/app/src' },
      { shell: 'sed -n 1,80p src/a.ts' },
      { shell: 'python3 -m pytest -q tests/test_a.py' },
    ];
    const example: EventExample = { name: 'common', calls };
    const context = sessionContext(initialSessionState(), examplePlace(example));
    for (const event of exampleEvents(example)) {
      if (event.kind !== 'tool.call') throw new Error('only calls');
      expect(rulesForCall(index, event, withWorkspace(context, event)).map((rule) => rule.id)).toEqual([]);
    }
  });
});
