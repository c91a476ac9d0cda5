import { bounded, MAX_CONTENT } from '../bounds.ts';
import { getText } from '../json.ts';
import { baseOf } from '../row-events.ts';
import { type Row, stateCount } from './thread.ts';

/** What the client puts in the user's place: not typed by anybody. */
const CONTEXT = [
  '<environment_context>',
  '<user_instructions>',
  '<permissions instructions>',
  '<apps_instructions>',
  '<collaboration_mode>',
  '<turn_aborted>',
  '<user_shell_command>',
  '<user_action>',
  '<skill>',
  '<INSTRUCTIONS>',
  '<subagent_notification>',
  '# AGENTS.md instructions',
] as const;

export type PromptSource = 'response' | 'event' | 'item';

/** Enough of a prompt to know its repeat in the next record. */
const MAX_REMEMBERED = 500;

/**
 * A prompt is recorded up to twice: as the model's input (`response`) and as an event or item (cleaner: without
 * context). The first event or item of a file settles that only these count from then on; before it, the model's
 * input counts, and its repeat does not.
 */
export function readPrompt(row: Row, source: PromptSource, text: string): void {
  const start = text.trimStart();
  if (start === '' || CONTEXT.some((context) => start.startsWith(context))) return;
  const settled = getText(row.state, 'prompted');
  if (source === 'response') {
    if (settled !== undefined) return;
    row.state['lastPrompt'] = bounded(start, MAX_REMEMBERED);
  } else if (settled === undefined) {
    row.state['prompted'] = source;
    const told = getText(row.state, 'lastPrompt');
    delete row.state['lastPrompt'];
    if (told !== undefined && told.includes(bounded(start, MAX_REMEMBERED).trimEnd())) return;
  } else if (settled !== source) {
    return;
  }
  const index = stateCount(row.state, 'prompts');
  row.state['prompts'] = index + 1;
  const kind = getText(row.payload, 'kind') ?? 'plain';
  const system = kind === 'environment_context' || kind === 'user_instructions';
  row.records.events.push({
    ...baseOf(row, 'prompt.submit', `${row.turnKey}:${index}`),
    kind: 'prompt.submit',
    text: bounded(text, MAX_CONTENT),
    origin: system ? 'system' : row.parentNativeSessionId === undefined ? 'human' : 'agent',
  });
}
