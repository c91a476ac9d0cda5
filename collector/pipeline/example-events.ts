import {
  eventId,
  type EnrichedEvent,
  type EventKind,
  type ParsedEvent,
  type Tool,
  type ToolInput,
} from '../contract/event.ts';
import type {
  EventExample,
  EventRule,
  ExampleCall,
  ExampleTool,
  Match,
  SessionContext,
} from '../rules/rule.ts';
import { enrich } from './enrich.ts';
import {
  createMachineMemory,
  foreignFiles,
  foreignSends,
  type MachineMemory,
  rememberForOthers,
} from './machine-memory.ts';
import {
  initialSessionState,
  observe,
  sessionContext,
  type SessionState,
  withWorkspace,
  type Place,
} from './session-state.ts';

/** Where examples happen: an account called `dev` with a project called `app`. */
const PLACES = {
  linux: { home: '/home/dev', workspace: '/home/dev/app' },
  darwin: { home: '/Users/dev', workspace: '/Users/dev/app' },
  win32: { home: 'C:\\Users\\dev', workspace: 'C:\\Users\\dev\\app' },
} as const;

const AGENT_ID = 'example';
const START_MS = 1_790_000_000_000;
const STEP_MS = 20_000;
const RESULT_MS = 2_000;

export interface ExamplePlace extends Place {
  readonly workspace: string;
}

export function examplePlace(example: Pick<EventExample, 'platform' | 'workspace'>): ExamplePlace {
  const platform = example.platform ?? 'linux';
  return {
    platform,
    home: PLACES[platform].home,
    workspace: example.workspace ?? PLACES[platform].workspace,
  };
}

/** The calls of an example as events, through the same enrichment as real logs, after its prompt if it has one. */
export function exampleEvents(example: EventExample): EnrichedEvent[] {
  const place = examplePlace(example);
  const parsed: ParsedEvent[] = [];
  const base = (
    index: number,
  ): { timeMs: number; nativeSessionId: string; cwd: string; offsetBytes: number } => ({
    timeMs: START_MS + index * STEP_MS,
    nativeSessionId: 'example',
    cwd: place.workspace,
    offsetBytes: index * 1_000,
  });
  if (example.prompt !== undefined) {
    parsed.push({
      ...base(0),
      kind: 'prompt.submit',
      id: eventId(AGENT_ID, 'prompt.submit', '0'),
      text: example.prompt,
      origin: 'human',
    });
  }
  // What others did was before.
  let step = example.others?.length ?? 0;
  let number = 0;
  for (const call of example.calls) {
    for (let n = 0; n < (call.times ?? 1); n++) {
      number += 1;
      const callId = `call-${number}`;
      const { tool, input } = asCall(call, callId);
      const at = base(++step);
      parsed.push({ ...at, kind: 'tool.call', id: eventId(AGENT_ID, 'tool.call', callId), tool, input });
      parsed.push(...afterwards(call, callId, at));
    }
  }
  return parsed.map((event) =>
    enrich(event, {
      agentId: AGENT_ID,
      home: place.home,
      platform: place.platform,
      actor: { user: 'dev' },
      session: { cwd: place.workspace },
      sourcePath: `${place.home}/example.jsonl`,
    }),
  );
}

/** What a rule says of the last call of an example, its approval and its result, after the ones before it. */
export function runExample(rule: EventRule, example: EventExample): readonly Match[] {
  const place = examplePlace(example);
  const machine = othersOf(example);
  const state = initialSessionState();
  let last: Match[] = [];
  for (const event of exampleEvents(example)) {
    if (event.kind === 'tool.call') last = [];
    if (event.kind === 'tool.call' || isAsked(rule, event.kind))
      last.push(...rule.match(event, withWorkspace(exampleContext(state, place, machine, event), event)));
    observe(state, event, place);
  }
  return last;
}

function isAsked({ trigger }: EventRule, kind: EventKind): boolean {
  return trigger.kinds?.includes(kind) === true || (kind === 'tool.result' && trigger.results !== undefined);
}

/** What another run did, as the machine remembers it; for most examples nothing. */
export function othersOf(example: EventExample): MachineMemory {
  const machine = createMachineMemory();
  if (example.others === undefined) return machine;
  const place = examplePlace(example);
  const state = initialSessionState();
  const { name, platform, workspace, others } = example;
  const other: EventExample = {
    name,
    calls: others,
    ...(platform === undefined ? {} : { platform }),
    ...(workspace === undefined ? {} : { workspace }),
  };
  for (const event of exampleEvents(other)) {
    observe(state, event, place);
    rememberForOthers(machine, 'another:run', event, state, place);
  }
  return machine;
}

/** The past of an example's run, with what the other one left. */
export function exampleContext(
  state: SessionState,
  place: Place,
  machine: MachineMemory,
  event: EnrichedEvent,
): SessionContext {
  const files = foreignFiles(machine, 'example:example', event.timeMs);
  const sends = foreignSends(machine, 'example:example', event.timeMs);
  return { ...sessionContext(state, place), foreignFiles: files, foreignSends: sends };
}

/** What the log says after a call: that a person allowed it, and what came back. */
function afterwards(
  call: ExampleCall,
  callId: string,
  at: { timeMs: number; nativeSessionId: string; cwd: string; offsetBytes: number },
): ParsedEvent[] {
  const found: ParsedEvent[] = [];
  if (call.approvedAfterMs !== undefined) {
    found.push({
      ...at,
      timeMs: at.timeMs + call.approvedAfterMs,
      offsetBytes: at.offsetBytes + 1,
      kind: 'permission.decision',
      id: eventId(AGENT_ID, 'permission.decision', callId),
      callId,
      decision: 'allow',
      by: 'human',
    });
  }
  if (call.result !== undefined) {
    const { status = 'ok', output, sizeBytes } = call.result;
    found.push({
      ...at,
      timeMs: at.timeMs + (call.approvedAfterMs ?? 0) + RESULT_MS,
      offsetBytes: at.offsetBytes + 2,
      kind: 'tool.result',
      id: eventId(AGENT_ID, 'tool.result', callId),
      callId,
      outcome: { status, ...(sizeBytes === undefined ? {} : { sizeBytes }) },
      ...(output === undefined ? {} : { output }),
    });
  }
  return found;
}

function asCall(call: ExampleTool, callId: string): { readonly tool: Tool; readonly input: ToolInput } {
  if ('shell' in call) {
    return {
      tool: { name: 'Bash', category: 'shell', callId },
      input: {
        command: call.shell,
        ...(call.cwd === undefined ? {} : { cwd: call.cwd }),
        ...(call.dialect === undefined ? {} : { dialect: call.dialect }),
      },
    };
  }
  if ('read' in call)
    return { tool: { name: 'Read', category: 'read', callId }, input: { paths: [call.read] } };
  if ('write' in call) {
    return {
      tool: { name: 'Write', category: 'write', callId },
      input: { paths: [call.write], ...(call.content === undefined ? {} : { content: call.content }) },
    };
  }
  if ('fetch' in call)
    return { tool: { name: 'WebFetch', category: 'web', callId }, input: { url: call.fetch } };
  if ('task' in call) {
    return call.plan === true
      ? { tool: { name: 'Plan', category: 'plan', callId }, input: { text: call.task } }
      : { tool: { name: 'Task', category: 'subagent', callId }, input: { text: call.task } };
  }
  return {
    tool: {
      name: `mcp__${call.mcp}__${call.tool}`,
      category: 'mcp',
      callId,
      mcpServer: call.mcp,
      mcpTool: call.tool,
    },
    input: call.args === undefined ? {} : { args: call.args },
  };
}
