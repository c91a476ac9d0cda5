import { callWords } from '../../collector/contract/call-words.ts';
import type { StoredEvent } from '../../collector/contract/stored.ts';
import { modeWords } from './names.ts';
import { duration } from './time.ts';

/** A sentence in pieces, so that a view can set commands and paths in their own type. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'path'; readonly text: string }
  | { readonly kind: 'name'; readonly text: string };

/** What a person would say that this event was, without the one who did it: "ran `npm test`". */
export function eventSentence(event: StoredEvent): readonly Part[] {
  switch (event.kind) {
    case 'tool.call':
      return callSentence(event);
    case 'prompt.submit':
      return promptSentence(event);
    case 'tool.result':
      return [text('got an answer')];
    case 'session.start':
      return [text(event.input?.['resumed'] === true ? 'took the session up again' : 'started the session')];
    case 'session.end':
      return [text('ended the session')];
    case 'session.update':
      return updateSentence(event);
    case 'permission.decision':
      return [text(decisionWords(event))];
    case 'process.start':
      return [text('started '), code(field(event, 'command') ?? field(event, 'name') ?? 'a process')];
    case 'process.exit':
      return [text('ended '), code(field(event, 'name') ?? 'a process')];
    case 'network.connect':
      return [text('connected to '), code(firstResource(event, 'host') ?? 'another machine')];
    case 'config.change':
      return [text('changed the settings in '), path(firstResource(event, 'file') ?? 'a file')];
    case 'action.performed':
      return [text('Reeve did: '), name(field(event, 'action') ?? 'an action')];
  }
}

/** The same as one plain string, for titles, exports and screen readers. */
export function plainSentence(event: StoredEvent): string {
  return eventSentence(event)
    .map((part) => part.text)
    .join('');
}

function callSentence(event: StoredEvent): readonly Part[] {
  const words = callWords(event);
  if (words === undefined) return [text('used a tool')];
  const object = words.object;
  const isPath = event.tool?.category === 'read' || event.tool?.category === 'write';
  const isProse = event.tool?.category === 'subagent' || event.tool?.category === 'plan';
  return [
    text(isProse ? `${words.verb}: ` : `${words.verb} `),
    isPath ? path(object) : isProse ? text(object) : code(object),
    ...(words.rest === undefined ? [] : [text(` ${words.rest}`)]),
  ];
}

function promptSentence(event: StoredEvent): readonly Part[] {
  const words = field(event, 'text');
  const who = field(event, 'origin') === 'human' ? event.actor.user : 'The agent';
  return words === undefined || words === ''
    ? [text(`${who} asked something; the words are not kept here`)]
    : [text(oneLine(words))];
}

const CHANGES: Readonly<Record<string, string>> = {
  'permission-mode': 'permission mode',
  model: 'model',
  cwd: 'folder',
  mode: 'mode',
};

function updateSentence(event: StoredEvent): readonly Part[] {
  const change = field(event, 'change') ?? '';
  if (change === 'compaction') return [text('shortened its memory of the session')];
  if (change === 'fork') return [text('went on in a copy of the session')];
  if (change === 'rewind') return [text('went back to an earlier point')];
  const from = field(event, 'from');
  const to = field(event, 'to');
  if (change === 'permission-mode' && to !== undefined && modeWords(to) !== to)
    return [text(`${from === undefined ? 'it' : 'from now on it'} ${modeWords(to)}`)];
  return [
    text(`${CHANGES[change] ?? change}${from === undefined ? ' is ' : ' changed '}`),
    ...(from === undefined ? [] : [text('from '), code(from), text(' to ')]),
    code(to ?? 'unknown'),
  ];
}

const DECIDERS: Readonly<Record<string, string>> = {
  human: 'a person',
  rule: 'a standing permission',
  hook: 'a hook',
  mode: 'the permission mode',
};

function decisionWords(event: StoredEvent): string {
  const by = DECIDERS[field(event, 'by') ?? ''] ?? 'somebody';
  const decision = field(event, 'decision');
  if (decision === 'deny') return `${by} said no`;
  if (decision === 'ask') return `${by} wants to be asked`;
  return `${by} allowed it`;
}

/** How a call ended: `ok · 12 s`, `failed with code 1`. Empty while nothing is known. */
export function outcomeWords(outcome: StoredEvent['outcome']): string {
  if (outcome === undefined) return '';
  const took = outcome.durationMs === undefined ? [] : [duration(outcome.durationMs)];
  const words = {
    ok: 'ok',
    error:
      outcome.exitCode === undefined || outcome.exitCode === 0
        ? 'failed'
        : `failed with code ${outcome.exitCode}`,
    denied: 'not allowed',
    interrupted: 'interrupted',
  }[outcome.status];
  return [words, ...took].join(' · ');
}

/** A text field of the input, when it is one. */
export function field(event: StoredEvent, key: string): string | undefined {
  const value = event.input?.[key];
  return typeof value === 'string' ? value : undefined;
}

function firstResource(event: StoredEvent, kind: string): string | undefined {
  return event.resources.find((resource) => resource.kind === kind)?.value;
}

const MAX_LINE = 300;

/** The first lines joined, bounded: a row shows one line, the rest is behind its disclosure. */
function oneLine(value: string): string {
  const line = value
    .slice(0, MAX_LINE * 2)
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line.length <= MAX_LINE && value.length <= MAX_LINE * 2 ? line : `${line.slice(0, MAX_LINE)}…`;
}

const text = (value: string): Part => ({ kind: 'text', text: value });
const code = (value: string): Part => ({ kind: 'code', text: value });
const path = (value: string): Part => ({ kind: 'path', text: value });
const name = (value: string): Part => ({ kind: 'name', text: value });
