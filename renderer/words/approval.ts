import type { ApprovalItem } from '../../collector/contract/approval.ts';
import { plural } from './number.ts';
import { visible } from './visible.ts';

const KIND_WORDS: Readonly<Record<ApprovalItem['kind'], string>> = {
  agent: 'agent',
  mcpServer: 'MCP server',
  skill: 'skill',
  plugin: 'plugin',
  hook: 'hook',
  command: 'command',
  subagent: 'sub-agent',
  instructions: 'instruction file',
  extension: 'extension',
  marketplace: 'plugin marketplace',
};

/** `MCP server`, `skill`. */
export function kindOf(item: ApprovalItem): string {
  return KIND_WORDS[item.kind];
}

/** Nobody decided about it as it is now. */
export function isWaiting({ state }: Pick<ApprovalItem, 'state'>): boolean {
  return state === 'new' || state === 'changed';
}

/** `Claude Code and Codex can use the new MCP server "docs"`. */
export function approvalSentence(item: ApprovalItem, agents: readonly string[]): string {
  const kind = KIND_WORDS[item.kind];
  const thing = `${kind} “${visible(item.name)}”`;
  const isNews = item.state === 'new' && !item.before;
  if (item.kind === 'agent') return `The agent ${visible(item.name)}${isNews ? ' is new here' : ''}`;
  const who = listed(agents);
  if (item.state === 'changed') return `The ${thing} of ${who} is not what it was`;
  return isNews ? `${who} can use the new ${thing}` : `The ${thing} of ${who}`;
}

/** `A`, `A and B`, `A, B and 2 others`. */
export function listed(names: readonly string[]): string {
  const [first = 'An agent', second, third] = names;
  if (second === undefined) return first;
  if (third === undefined) return `${first} and ${second}`;
  return names.length === 3
    ? `${first}, ${second} and ${third}`
    : `${first}, ${second} and ${plural(names.length - 2, 'other')}`;
}

/** What was done, for the message afterwards. */
export function decisionSummary(decision: 'approve' | 'deny' | 'reset', n: number): string {
  const words = { approve: 'approved', deny: 'denied', reset: 'waiting again' };
  return `${plural(n, 'item')} ${words[decision]}`;
}
