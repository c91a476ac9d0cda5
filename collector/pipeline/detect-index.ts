import type { ToolCallEvent } from '../contract/event.ts';
import type { DetectionRule, EventRule } from '../rules/rule.ts';
import { programKey } from '../rules/shared/programs.ts';

/** Event rules arranged by what can wake them, so that an ordinary event touches few. */
export interface RuleIndex {
  readonly count: number;
  readonly byKind: ReadonlyMap<string, readonly Entry[]>;
  readonly byCategory: ReadonlyMap<string, readonly Entry[]>;
  readonly byProgram: ReadonlyMap<string, readonly Entry[]>;
  readonly byResource: ReadonlyMap<string, readonly Entry[]>;
}

interface Entry {
  readonly rule: EventRule;
  /** Position in the rule list: findings come out in this order, however the rules were found. */
  readonly order: number;
}

/** One index per rule list; the lists are constants, so this stays small. */
const indexes = new WeakMap<readonly DetectionRule[], RuleIndex>();

export function ruleIndex(rules: readonly DetectionRule[]): RuleIndex {
  const known = indexes.get(rules);
  if (known !== undefined) return known;
  const index = build(rules);
  indexes.set(rules, index);
  return index;
}

/** Rules that could say something about a tool call, each once, in the order of the rule list. */
export function rulesForCall(index: RuleIndex, event: ToolCallEvent): readonly EventRule[] {
  const found: Entry[] = [];
  add(found, index.byCategory.get(event.tool.category));
  add(found, index.byCategory.get('all'));
  if (event.shell !== undefined) {
    for (const command of event.shell.commands) {
      add(found, index.byProgram.get(programKey(command.program)));
    }
  }
  for (const resource of event.resources) {
    add(found, index.byResource.get(`${resource.kind}:${resource.access}`));
  }
  if (found.length > 1) found.sort((a, b) => a.order - b.order);
  return found.map((entry) => entry.rule);
}

export function rulesForKind(index: RuleIndex, kind: string): readonly EventRule[] {
  return (index.byKind.get(kind) ?? []).map((entry) => entry.rule);
}

function add(found: Entry[], entries: readonly Entry[] | undefined): void {
  if (entries === undefined) return;
  for (const entry of entries) {
    if (!found.includes(entry)) found.push(entry);
  }
}

function build(rules: readonly DetectionRule[]): RuleIndex {
  const byKind = new Map<string, Entry[]>();
  const byCategory = new Map<string, Entry[]>();
  const byProgram = new Map<string, Entry[]>();
  const byResource = new Map<string, Entry[]>();
  let count = 0;
  rules.forEach((rule, order) => {
    if (rule.on !== 'event') return;
    count += 1;
    const entry: Entry = { rule, order };
    const { kinds = [], categories = [], programs = [], resources = [] } = rule.trigger;
    for (const kind of kinds) if (kind !== 'tool.call') push(byKind, kind, entry);
    for (const category of categories === 'all' ? ['all'] : categories) push(byCategory, category, entry);
    for (const program of programs) push(byProgram, programKey(program), entry);
    for (const resource of resources) push(byResource, resource, entry);
  });
  return { count, byKind, byCategory, byProgram, byResource };
}

function push(map: Map<string, Entry[]>, key: string, entry: Entry): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [entry]);
  else list.push(entry);
}
