import { describe, expect, it } from 'vitest';
import { ruleIndex, rulesForCall, rulesForResult } from '../../../collector/pipeline/detect-index.ts';
import { exampleEvents, examplePlace } from '../../../collector/pipeline/example-events.ts';
import { initialSessionState, observe, sessionContext } from '../../../collector/pipeline/session-state.ts';
import {
  CALL_DATA,
  CALL_OUTSIDE,
  type ExampleCall,
  type EventRule,
  type RuleTrigger,
} from '../../../collector/rules/rule.ts';

function rule(id: string, trigger: RuleTrigger): EventRule {
  return {
    id,
    on: 'event',
    code: 'X-01',
    title: id,
    severity: 'low',
    confidence: 'low',
    why: 'why.',
    triage: '',
    advice: '',
    falsePositives: [],
    references: [],
    taxonomies: { attack: [], atlas: [], owasp: [] },
    bundles: [],
    trigger,
    match: () => [],
    examples: { hit: [], miss: [] },
  };
}

const index = ruleIndex([
  rule('data', { results: CALL_DATA }),
  rule('every result', { kinds: ['tool.result'] }),
  rule('outside', { results: CALL_OUTSIDE }),
  rule('delete tool', { tools: [/^delete/, /repo/], programs: ['rm'] }),
]);

/** Ids of the rules a call wakes, and of those its result does. */
function woken(call: ExampleCall): readonly (readonly string[])[] {
  const place = examplePlace({});
  const state = initialSessionState();
  return exampleEvents({ name: 'x', calls: [call] }).map((event) => {
    const context = sessionContext(state, place);
    const found =
      event.kind === 'tool.call'
        ? rulesForCall(index, event, context)
        : event.kind === 'tool.result'
          ? rulesForResult(index, event, context)
          : [];
    observe(state, event, place);
    return found.map(({ id }) => id);
  });
}

describe('the index of rules', () => {
  it('wakes rules about results by what is known of the call, in the order of the list', () => {
    expect(woken({ shell: 'ls', result: {} })).toEqual([[], ['every result']]);
    expect(woken({ shell: 'psql -c "select 1"', result: {} })).toEqual([[], ['data', 'every result']]);
    expect(woken({ fetch: 'https://blog.example.net/x', result: {} })).toEqual([
      [],
      ['every result', 'outside'],
    ]);
  });

  it('wakes a rule once by the name of an MCP tool, and by no other tool of that name', () => {
    expect(woken({ mcp: 'code', tool: 'delete_repo' })).toEqual([['delete tool']]);
    expect(woken({ mcp: 'code', tool: 'get_issue' })).toEqual([[]]);
    expect(woken({ shell: 'delete_repo' })).toEqual([[]]);
  });
});
