import { readdirSync, readFileSync } from 'node:fs';
import { withSecrets } from './fake-secrets.ts';
import type { AgentName, Call, CallOutcome, Expected, Os, SessionOf, Step, Story } from './story.ts';

/**
 * Reads a corpus file. One line is one fact, `word: text`:
 *
 *     story: a name          begins a story; without it the file is one story
 *     os: win32              agent: codex        cwd: ~/shop       (of the first session)
 *     expect: rule.a | rule.b critical           an attack: any of these rules, at this severity or above
 *     prompt: text           what the person typed
 *     shell: powershell: cmd: read: write: search: fetch: websearch: text
 *     mcp: server tool {"json": 1}
 *     | text                 one more line of the call above; of a `write`, its content
 *     < text                 one line of what came back
 *     failed: denied:        the call above did so
 *     attack: word: text     one of several endings: each makes a story of its own with the steps before
 *     wait: 20               minutes
 *     mode: bypassPermissions
 *     session: codex ~/api   the following steps are of another run; the same words go back to it
 *     subagent: explore      the following steps are of a sub-agent of the first run; `session: main` goes back
 *     # text                 a remark
 *
 * @throws Error with file and line for anything else: a corpus is ours, a mistake in it is a bug.
 */
export function parseStories(text: string, group: string): Story[] {
  const stories: Draft[] = [];
  let draft: Draft | undefined;
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const match = /^(\||<|[a-z]+:)(?: (.*))?$/s.exec(line);
    const word = match?.[1] ?? '';
    const value = withSecrets(match?.[2] ?? '');
    try {
      if (word === 'story:') stories.push((draft = newDraft(value, group)));
      else {
        if (draft === undefined) stories.push((draft = newDraft(group, group)));
        take(draft, word, value);
      }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`${group}:${index + 1}: ${why}`, { cause: error });
    }
  }
  return stories.flatMap(finish);
}

/** All stories of a folder, in order of file names. */
export function readStories(folder: URL): Story[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));
  return names
    .toSorted()
    .flatMap((name) => parseStories(readFileSync(new URL(name, folder), 'utf8'), name.slice(0, -4)));
}

interface DraftCall {
  call: Call;
  outcome: CallOutcome;
}

interface Draft {
  readonly name: string;
  readonly group: string;
  os: Os;
  expected: Expected | undefined;
  readonly sessions: SessionOf[];
  readonly sessionNames: string[];
  current: number;
  readonly steps: { session: number; step: Exclude<Step, { kind: 'call' }> | DraftCall; ending: boolean }[];
}

function newDraft(name: string, group: string): Draft {
  return {
    name,
    group,
    os: 'linux',
    expected: undefined,
    sessions: [{ agent: 'claude-code', cwd: '~/app' }],
    sessionNames: ['main'],
    current: 0,
    steps: [],
  };
}

function take(draft: Draft, word: string, value: string): void {
  switch (word) {
    case 'os:':
    case 'platform:':
      draft.os = osOf(value);
      return;
    case 'agent:':
      first(draft, { agent: agentOf(value) });
      return;
    case 'cwd:':
      first(draft, { cwd: value });
      return;
    case 'expect:':
      draft.expected = expectedOf(value);
      return;
    case 'prompt:':
      add(draft, { kind: 'prompt', text: value });
      return;
    case 'mode:':
      add(draft, { kind: 'mode', text: value });
      return;
    case 'wait:':
      add(draft, { kind: 'wait', minutes: Number(value) });
      return;
    case 'session:':
    case 'subagent:':
      openSession(draft, value, word === 'subagent:');
      return;
    case 'attack:': {
      const [kind = '', ...rest] = value.split(': ');
      add(draft, { call: callOf(`${kind}:`, rest.join(': ')), outcome: OK }, true);
      return;
    }
    case '|':
      lastCall(draft).call = extended(lastCall(draft).call, value);
      return;
    case '<': {
      const last = lastCall(draft);
      const output = last.outcome.output === '' ? value : `${last.outcome.output}\n${value}`;
      last.outcome = { ...last.outcome, output };
      return;
    }
    case 'failed:':
      lastCall(draft).outcome = { status: 'error', output: value };
      return;
    case 'denied:':
      lastCall(draft).outcome = { status: 'denied', output: value };
      return;
    default:
      add(draft, { call: callOf(word, value), outcome: OK });
  }
}

const OK: CallOutcome = { status: 'ok', output: '' };

function first(draft: Draft, part: Partial<SessionOf>): void {
  draft.sessions[0] = { ...(draft.sessions[0] ?? { agent: 'claude-code', cwd: '~/app' }), ...part };
}

function add(draft: Draft, step: Draft['steps'][number]['step'], ending = false): void {
  draft.steps.push({ session: draft.current, step, ending });
}

function openSession(draft: Draft, value: string, below: boolean): void {
  const known = draft.sessionNames.indexOf(value);
  if (known >= 0) {
    draft.current = known;
    return;
  }
  const main = draft.sessions[0] ?? { agent: 'claude-code', cwd: '~/app' };
  const [agent = '', cwd = '~/app'] = value.split(' ');
  draft.sessions.push(below ? { ...main, parent: 0 } : { agent: agentOf(agent), cwd });
  draft.sessionNames.push(value);
  draft.current = draft.sessions.length - 1;
}

function lastCall(draft: Draft): DraftCall {
  const step = draft.steps.at(-1)?.step;
  if (step === undefined || !('call' in step)) throw new Error('no call above');
  return step;
}

function callOf(word: string, text: string): Call {
  switch (word) {
    case 'shell:':
      return { kind: 'shell', text };
    case 'powershell:':
      return { kind: 'powershell', text };
    case 'cmd:':
      return { kind: 'cmd', text };
    case 'read:':
      return { kind: 'read', text };
    case 'search:':
      return { kind: 'search', text };
    case 'write:':
      return { kind: 'write', text, content: '' };
    case 'fetch:':
      return { kind: 'fetch', text };
    case 'websearch:':
      return { kind: 'websearch', text };
    case 'mcp:': {
      const [server = '', tool = '', ...rest] = text.split(' ');
      const args: unknown = rest.length === 0 ? {} : JSON.parse(rest.join(' '));
      return { kind: 'mcp', server, tool, args };
    }
    default:
      throw new Error(`unknown word ${word}`);
  }
}

function extended(call: Call, line: string): Call {
  if (call.kind === 'write')
    return { ...call, content: call.content === '' ? `${line}\n` : `${call.content}${line}\n` };
  if (call.kind === 'mcp') throw new Error('an MCP call is one line');
  return { ...call, text: `${call.text}\n${line}` };
}

function osOf(value: string): Os {
  if (value === 'linux' || value === 'darwin' || value === 'win32') return value;
  throw new Error(`unknown system ${value}`);
}

function agentOf(value: string): AgentName {
  if (value === 'claude-code' || value === 'codex') return value;
  throw new Error(`unknown agent ${value}`);
}

function expectedOf(value: string): Expected {
  const words = value.split(/[ |]+/).filter((word) => word !== '');
  const severity = words.pop();
  if (severity !== 'medium' && severity !== 'high' && severity !== 'critical')
    throw new Error(`an expectation ends with a severity: ${value}`);
  if (words.length === 0) throw new Error('an expectation names rules');
  return { rules: words, severity };
}

/** A draft without endings is one story; each ending makes one. */
function finish(draft: Draft): Story[] {
  const endings = draft.steps.filter(({ ending }) => ending);
  const chosen = endings.length === 0 ? [undefined] : endings;
  return chosen.map((ending, index) => ({
    name: endings.length < 2 ? draft.name : `${draft.name} ${index + 1}`,
    group: draft.group,
    os: draft.os,
    sessions: draft.sessions,
    steps: draft.steps
      .filter((one) => !one.ending || one === ending)
      .map(({ session, step }) => ({
        session,
        step: 'call' in step ? { kind: 'call' as const, ...step } : step,
      })),
    ...(draft.expected === undefined ? {} : { expected: draft.expected }),
  }));
}
