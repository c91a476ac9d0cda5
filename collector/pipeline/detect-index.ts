import type { EnrichedEvent, Tool, ToolCallEvent } from '../contract/event.ts';
import type { ShellCommand } from '../contract/shell.ts';
import type { DetectionRule, Download, EventRule, SessionContext } from '../rules/rule.ts';
import { callFacts, type CallFacts } from '../rules/shared/call-signs.ts';
import { baseName } from '../rules/shared/paths.ts';
import { isRole } from '../rules/shared/program-roles.ts';
import { programKey } from '../rules/shared/programs.ts';
import { callOf } from '../rules/shared/recent.ts';

/** Event rules arranged by what can wake them, so that an ordinary event touches none. */
export interface RuleIndex {
  readonly byKind: ReadonlyMap<string, readonly EventRule[]>;
  readonly results: readonly ResultTrigger[];
  /** All bits that any of `results` asks for. */
  readonly resultBits: number;
  /** What the result of a call with these bits wakes, as far as it was asked. */
  readonly byResult: Map<number, readonly EventRule[]>;
  readonly byCategory: ReadonlyMap<string, readonly Entry[]>;
  readonly byRead: ReadonlyMap<string, readonly Entry[]>;
  readonly byWrite: ReadonlyMap<string, readonly Entry[]>;
  readonly bySign: ReadonlyMap<string, readonly Entry[]>;
  readonly tools: readonly ToolTrigger[];
  /** What the name of each MCP tool seen so far wakes. */
  readonly byTool: Map<string, readonly Entry[]>;
  readonly programs: readonly ProgramTrigger[];
  /** What each program seen so far wakes; by its name as written. */
  readonly byProgram: Map<string, ProgramEntries>;
}

interface Entry {
  readonly rule: EventRule;
  /** Position in the rule list: findings come out in this order, however the rules were found. */
  readonly order: number;
}

interface ResultTrigger {
  /** `CALL_*` bits, one of which must be set; 0 asks for none. */
  readonly bits: number;
  readonly rule: EventRule;
}

interface ToolTrigger {
  readonly name: RegExp;
  readonly entry: Entry;
}

interface ProgramTrigger {
  readonly isFor: (key: string) => boolean;
  /** An argument that must be there too. */
  readonly word?: string;
  readonly entry: Entry;
}

interface ProgramEntries {
  readonly always: readonly Entry[];
  readonly byWord: ReadonlyMap<string, readonly Entry[]> | undefined;
}

const NO_RULES: readonly EventRule[] = [];
const NO_ENTRIES: ProgramEntries = { always: [], byWord: undefined };
const MAX_PROGRAMS = 4_000;
const MAX_TOOLS = 1_000;

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
export function rulesForCall(
  index: RuleIndex,
  event: ToolCallEvent,
  context: SessionContext,
): readonly EventRule[] {
  let found = add(undefined, index.byCategory.get(event.tool.category));
  found = add(found, index.byCategory.get('all'));
  if (event.tool.category === 'mcp') found = add(found, toolEntries(index, event.tool));
  if (event.shell !== undefined) {
    for (const command of event.shell.commands) found = addProgram(found, index, command);
  }
  found = addFacts(found, index, callFacts(event, context));
  if ((context.foreignFiles?.length ?? 0) + (context.foreignSends?.length ?? 0) > 0)
    found = add(found, index.bySign.get('shared-file'));
  if (context.denied !== undefined && context.denied.length > 0)
    found = add(found, index.bySign.get('after-denial'));
  if (event.shell !== undefined && namesDownload(event.shell.commands, context.downloads))
    found = add(found, index.bySign.get('download'));
  if (found === undefined) return NO_RULES;
  if (found.length > 1) found.sort((a, b) => a.order - b.order);
  return found.map((entry) => entry.rule);
}

/** A file that was fetched earlier is named: as the program, or as a word. */
function namesDownload(commands: readonly ShellCommand[], downloads: readonly Download[]): boolean {
  for (const { path } of downloads) {
    const name = baseName(path);
    for (const { programPath, args } of commands)
      if (programPath.endsWith(name) || args.some((word) => word.endsWith(name))) return true;
  }
  return false;
}

export function rulesForKind(index: RuleIndex, kind: string): readonly EventRule[] {
  return index.byKind.get(kind) ?? NO_RULES;
}

/** Rules for the result of a call, by what is known of the call. */
export function rulesForResult(
  index: RuleIndex,
  event: Extract<EnrichedEvent, { kind: 'tool.result' }>,
  context: SessionContext,
): readonly EventRule[] {
  const bits = (callOf(context, event.callId)?.[3] ?? 0) & index.resultBits;
  const known = index.byResult.get(bits);
  if (known !== undefined) return known;
  const found = index.results
    .filter((trigger) => trigger.bits === 0 || (trigger.bits & bits) !== 0)
    .map(({ rule }) => rule);
  index.byResult.set(bits, found);
  return found;
}

function addFacts(before: Entry[] | undefined, index: RuleIndex, facts: CallFacts): Entry[] | undefined {
  let found = before;
  for (const sign of facts.signs) found = add(found, index.bySign.get(sign));
  for (const use of facts.named) {
    const reads = use.how === 'read' || use.how === 'send';
    found = add(found, (reads ? index.byRead : index.byWrite).get(use.class));
  }
  return found;
}

function addProgram(
  before: Entry[] | undefined,
  index: RuleIndex,
  command: ShellCommand,
): Entry[] | undefined {
  const entries = index.byProgram.get(command.program) ?? learn(index, command.program);
  if (entries === NO_ENTRIES) return before;
  let found = add(before, entries.always);
  if (entries.byWord !== undefined) {
    for (const word of command.args) found = add(found, entries.byWord.get(word));
  }
  return found;
}

/** Works out once what an MCP tool wakes by its name. */
function toolEntries(index: RuleIndex, { mcpTool, name }: Tool): readonly Entry[] {
  const tool = mcpTool ?? name;
  const known = index.byTool.get(tool);
  if (known !== undefined) return known;
  const entries: Entry[] = [];
  for (const trigger of index.tools)
    if (trigger.name.test(tool) && !entries.includes(trigger.entry)) entries.push(trigger.entry);
  if (index.byTool.size < MAX_TOOLS && tool.length < 64) index.byTool.set(tool, entries);
  return entries;
}

/** Works out once what a program wakes; nearly always nothing. */
function learn(index: RuleIndex, program: string): ProgramEntries {
  const key = programKey(program);
  const always: Entry[] = [];
  const byWord = new Map<string, Entry[]>();
  for (const { isFor, word, entry } of index.programs) {
    if (!isFor(key)) continue;
    if (word === undefined) {
      if (!always.includes(entry)) always.push(entry);
    } else push(byWord, word, entry);
  }
  const entries =
    always.length + byWord.size === 0
      ? NO_ENTRIES
      : { always, byWord: byWord.size === 0 ? undefined : byWord };
  if (index.byProgram.size < MAX_PROGRAMS && program.length < 64) index.byProgram.set(program, entries);
  return entries;
}

function add(found: Entry[] | undefined, entries: readonly Entry[] | undefined): Entry[] | undefined {
  if (entries === undefined || entries.length === 0) return found;
  if (found === undefined) return [...entries];
  for (const entry of entries) if (!found.includes(entry)) found.push(entry);
  return found;
}

function build(rules: readonly DetectionRule[]): RuleIndex {
  const byKind = new Map<string, EventRule[]>();
  const results: ResultTrigger[] = [];
  const byCategory = new Map<string, Entry[]>();
  const byRead = new Map<string, Entry[]>();
  const byWrite = new Map<string, Entry[]>();
  const bySign = new Map<string, Entry[]>();
  const tools: ToolTrigger[] = [];
  const programs: ProgramTrigger[] = [];
  rules.forEach((rule, order) => {
    if (rule.on !== 'event') return;
    const entry: Entry = { rule, order };
    const { kinds = [], categories = [], reads = [], writes = [], signs = [] } = rule.trigger;
    const bits = kinds.includes('tool.result') ? 0 : rule.trigger.results;
    if (bits !== undefined) results.push({ bits, rule });
    for (const kind of kinds) if (kind !== 'tool.call') push(byKind, kind, rule);
    for (const category of categories === 'all' ? ['all'] : categories) push(byCategory, category, entry);
    for (const named of reads) push(byRead, named, entry);
    for (const named of writes) push(byWrite, named, entry);
    for (const sign of signs) push(bySign, sign, entry);
    for (const name of rule.trigger.tools ?? []) tools.push({ name, entry });
    for (const role of rule.trigger.roles ?? []) programs.push({ isFor: (key) => isRole(key, role), entry });
    for (const program of rule.trigger.programs ?? []) programs.push(programTrigger(program, entry));
  });
  const resultBits = results.reduce((sum, { bits }) => sum | bits, 0);
  const learnt = { byResult: new Map(), byTool: new Map(), byProgram: new Map() };
  return { byKind, results, resultBits, byCategory, byRead, byWrite, bySign, tools, programs, ...learnt };
}

function programTrigger(program: string | RegExp, entry: Entry): ProgramTrigger {
  if (typeof program !== 'string') return { isFor: (key) => program.test(key), entry };
  const cut = program.indexOf(' ');
  const name = programKey(cut < 0 ? program : program.slice(0, cut));
  const isFor = (key: string): boolean => key === name;
  return cut < 0 ? { isFor, entry } : { isFor, word: program.slice(cut + 1), entry };
}

function push<Item>(map: Map<string, Item[]>, key: string, item: Item): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else if (!list.includes(item)) list.push(item);
}
