import { isScalar, LineCounter, parseAllDocuments, type Document } from 'yaml';
import type { EventRule, RuleTrigger } from '../rule.ts';
import { eventFields } from './event-fields.ts';
import { compileCondition, compileText, type Expression } from './expression.ts';
import { OrganisationRule } from './rule-schema.ts';

export interface RuleProblem {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly reason: string;
}

export interface ParsedRules {
  readonly rules: readonly { readonly rule: EventRule; readonly line: number }[];
  readonly problems: readonly RuleProblem[];
}

const MAX_DOCUMENTS = 200;
const TRIGGERS: Readonly<Record<OrganisationRule['logsource']['category'], RuleTrigger>> = {
  tool_call: { categories: 'all' },
  prompt: { kinds: ['prompt.submit'] },
  session: { kinds: ['session.start', 'session.update', 'session.end'] },
};

/**
 * Rules of one YAML file, one document each. A bad one is told with its line and does not stop the others.
 * Never throws; aliases are bounded by the YAML library.
 */
export function parseRules(path: string, text: string): ParsedRules {
  const counter = new LineCounter();
  const problems: RuleProblem[] = [];
  const tell: Tell = (offset, reason, linesBelow = 0) => {
    problems.push({ path, line: Math.max(1, counter.linePos(offset).line) + linesBelow, reason });
  };
  const documents = documentsOf(text, counter);
  if (typeof documents === 'string') return { rules: [], problems: [{ path, line: 1, reason: documents }] };
  const rules = documents.slice(0, MAX_DOCUMENTS).flatMap((document) => {
    const rule = ruleOf(document, tell);
    const { line } = counter.linePos(placeOf(document, ['id']));
    return rule === undefined ? [] : [{ rule, line }];
  });
  const extra = documents[MAX_DOCUMENTS];
  if (extra !== undefined)
    tell(extra.range[0], `more than ${String(MAX_DOCUMENTS)} rules in one file; the rest is not read`);
  return { rules, problems };
}

function documentsOf(text: string, lineCounter: LineCounter): readonly Document.Parsed[] | string {
  try {
    const documents = parseAllDocuments(text, { lineCounter, prettyErrors: false });
    return Array.isArray(documents) ? documents : [];
  } catch (error) {
    return `not valid YAML${error instanceof Error ? ` (${error.message.slice(0, 100)})` : ''}`;
  }
}

/** @param offset in the file; `linesBelow` moves on from there. */
type Tell = (offset: number, reason: string, linesBelow?: number) => void;

function ruleOf(document: Document.Parsed, tell: Tell): EventRule | undefined {
  const [error] = document.errors;
  if (error !== undefined) {
    tell(error.pos[0], `not valid YAML: ${error.message.slice(0, 150)}`);
    return undefined;
  }
  const value = plainOf(document, tell);
  if (value === undefined) return undefined;
  const parsed = OrganisationRule.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const keys = issue?.path ?? [];
    const extra = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
    tell(
      placeOf(document, [...keys, ...extra]),
      `${keys.join('.') || 'rule'}: ${issue?.message ?? 'not valid'}`,
    );
    return undefined;
  }
  const rule = parsed.data;
  if (rule.status === 'deprecated' || rule.status === 'unsupported') return undefined;
  const match = compileCondition(rule.match);
  if (!match.ok) {
    tell(
      placeOf(document, ['match']),
      `match: ${match.reason}`,
      linesInto(document, 'match', rule.match, match.offset),
    );
    return undefined;
  }
  const subject = rule.subject === undefined ? undefined : compileText(rule.subject);
  if (subject?.ok === false) {
    tell(placeOf(document, ['subject']), `subject: ${subject.reason}`);
    return undefined;
  }
  return toRule(rule, match.expression, subject?.expression);
}

function plainOf(document: Document.Parsed, tell: Tell): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount: 50 });
    return value ?? undefined;
  } catch (error) {
    tell(document.range[0], error instanceof Error ? error.message.slice(0, 150) : 'not valid YAML');
    return undefined;
  }
}

/** Offset of what stands at this place, or of the nearest thing above it that exists. */
function placeOf(document: Document.Parsed, keys: readonly PropertyKey[]): number {
  for (let length = keys.length; length > 0; length--) {
    const node: unknown = document.getIn(keys.slice(0, length), true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
      const start: unknown = node.range[0];
      if (typeof start === 'number') return start;
    }
  }
  return document.contents?.range[0] ?? document.range[0];
}

/** Lines between the key and a character of its text: known for `|` blocks, whose lines are the file's lines. */
function linesInto(document: Document.Parsed, key: string, text: string, offset: number): number {
  const node: unknown = document.get(key, true);
  if (!isScalar(node) || node.type !== 'BLOCK_LITERAL') return 0;
  return text.slice(0, offset).split('\n').length;
}

function toRule(
  rule: OrganisationRule,
  match: Expression<boolean>,
  subject: Expression<string> | undefined,
): EventRule {
  const tagged = (prefix: string): string[] =>
    rule.tags
      .filter((tag) => tag.toLowerCase().startsWith(prefix))
      .map((tag) => tag.slice(prefix.length).toUpperCase());
  return {
    on: 'event',
    id: rule.id,
    code: 'ORG',
    title: rule.title,
    severity: rule.level,
    confidence: rule.confidence,
    why: rule.description,
    triage: rule.triage ?? 'Look at the call and at what the person asked for.',
    advice: rule.advice ?? 'Ask the people who wrote this rule for your organisation.',
    falsePositives: rule.falsepositives,
    references: rule.references,
    taxonomies: {
      attack: tagged('attack.').filter((id) => /^T\d{4}(?:\.\d{3})?$/.test(id)),
      atlas: tagged('atlas.').filter((id) => /^AML\.T\d{4}(?:\.\d{3})?$/.test(id)),
      owasp: tagged('owasp.'),
    },
    bundles: rule.bundles,
    trigger: TRIGGERS[rule.logsource.category],
    match: (event, context) => {
      const fields = eventFields(event, context);
      if (!match.evaluate(fields)) return [];
      const named = subject?.evaluate(fields) ?? '';
      const what = fields.commands[0]?.program ?? fields.resources[0]?.value ?? fields.tool.name;
      const excerpt = fields.input.command || fields.input.path || fields.input.url;
      return [
        {
          subject: named || what || fields.event.kind,
          detail: `A rule of your organisation fired on ${fields.tool.name || fields.event.kind}.`,
          ...(excerpt === '' ? {} : { excerpt: excerpt.slice(0, 300) }),
        },
      ];
    },
    examples: { hit: rule.examples.hit, miss: rule.examples.miss },
  };
}
