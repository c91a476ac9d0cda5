import type { AgentName, Call, CallOutcome, Os, SessionOf, Step, Story } from './story.ts';

/** Where make-believe people live. */
const HOMES: Readonly<Record<Os, string>> = {
  linux: '/home/dev',
  darwin: '/Users/dev',
  win32: 'C:\\Users\\dev',
};

export function homeOf(os: Os): string {
  return HOMES[os];
}

/** A session's log as its agent writes it. */
export interface SessionLog {
  readonly agent: AgentName;
  readonly formatId: string;
  /** Below the home, with forward slashes. */
  readonly root: string;
  readonly relativePath: string;
  /** Lines that stand before the first step. */
  readonly head: readonly string[];
  /** Lines of one step. */
  line(step: Step, index: number, timeMs: number): readonly string[];
}

/** @param number makes the ids of this story unlike those of all others. */
export function logOf(story: Story, session: number, number: number, startMs: number): SessionLog {
  const which = story.sessions[session];
  if (which === undefined) throw new Error('no such session');
  const id = sessionUuid(number, session);
  const parentId = which.parent === undefined ? undefined : sessionUuid(number, which.parent);
  const cwd = placed(which.cwd, story.os);
  const known = { id, parentId, cwd, os: story.os, startMs };
  return which.agent === 'codex' ? codexLog(known, which) : claudeLog(known);
}

interface Known {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly cwd: string;
  readonly os: Os;
  readonly startMs: number;
}

function sessionUuid(number: number, session: number): string {
  return `00000000-0000-4000-8000-${number.toString(16).padStart(8, '0')}${session.toString(16).padStart(4, '0')}`;
}

/** `~/shop` in the home of the system. */
function placed(path: string, os: Os): string {
  const full = path.startsWith('~') ? `${homeOf(os)}${path.slice(1)}` : path;
  return os === 'win32' ? full.replaceAll('/', '\\') : full;
}

function claudeLog(known: Known): SessionLog {
  const { id, parentId, cwd, os } = known;
  const agentId = id.slice(-6);
  const base = {
    isSidechain: parentId !== undefined,
    userType: 'external',
    cwd,
    sessionId: parentId ?? id,
    version: '2.1.219',
    gitBranch: 'main',
    ...(parentId === undefined ? {} : { agentId }),
  };
  const row = (type: string, index: number, part: string, timeMs: number, rest: object): string =>
    JSON.stringify({
      ...base,
      parentUuid: null,
      type,
      uuid: `${id}-${index}-${part}`,
      timestamp: new Date(timeMs).toISOString(),
      ...rest,
    });
  return {
    agent: 'claude-code',
    formatId: 'claude-code.transcript',
    root: '.claude/projects',
    relativePath:
      parentId === undefined ? `-work/${id}.jsonl` : `-work/${parentId}/subagents/agent-${agentId}.jsonl`,
    head: [],
    line: (step, index, timeMs) => {
      if (step.kind === 'wait') return [];
      if (step.kind === 'mode')
        return [JSON.stringify({ type: 'permission-mode', permissionMode: step.text, sessionId: id })];
      if (step.kind === 'prompt')
        return [row('user', index, 'u', timeMs, { message: { role: 'user', content: step.text } })];
      const callId = `toolu_${id}_${index}`;
      const message = {
        id: `msg_${id}_${index}`,
        type: 'message',
        role: 'assistant',
        model: 'claude-sonnet-4-5',
        content: [{ type: 'tool_use', id: callId, ...claudeTool(step.call, os) }],
        usage: { input_tokens: 1, output_tokens: 1 },
      };
      return [
        row('assistant', index, 'a', timeMs, { requestId: `req_${id}_${index}`, message }),
        row('user', index, 'r', timeMs + 900, {
          message: {
            role: 'user',
            content: [{ type: 'tool_result', ...claudeResult(callId, step.outcome) }],
          },
        }),
      ];
    },
  };
}

function claudeTool(call: Call, os: Os): { readonly name: string; readonly input: unknown } {
  switch (call.kind) {
    case 'shell':
      return { name: 'Bash', input: { command: call.text } };
    case 'powershell':
      return { name: 'PowerShell', input: { command: call.text } };
    case 'cmd':
      return {
        name: 'PowerShell',
        input: { command: `cmd /c ${JSON.stringify(call.text).replaceAll('\\\\', '\\')}` },
      };
    case 'read':
      return { name: 'Read', input: { file_path: placed(call.text, os) } };
    case 'search':
      return { name: 'Grep', input: { pattern: call.text } };
    case 'write':
      return { name: 'Write', input: { file_path: placed(call.text, os), content: call.content } };
    case 'fetch':
      return { name: 'WebFetch', input: { url: call.text, prompt: 'Summarise' } };
    case 'websearch':
      return { name: 'WebSearch', input: { query: call.text } };
    case 'mcp':
      return { name: `mcp__${call.server}__${call.tool}`, input: call.args };
  }
}

function claudeResult(callId: string, outcome: CallOutcome): object {
  const content =
    outcome.status === 'denied'
      ? "The user doesn't want to proceed with this tool use. The tool use was rejected."
      : outcome.status === 'error'
        ? `Exit code 1\n${outcome.output}`
        : outcome.output;
  return { tool_use_id: callId, content, is_error: outcome.status !== 'ok' };
}

function codexLog(known: Known, session: SessionOf): SessionLog {
  const { id, parentId, cwd, os, startMs } = known;
  const item = (type: string, payload: object, timeMs: number): string =>
    JSON.stringify({ timestamp: new Date(timeMs).toISOString(), type, payload });
  const source =
    parentId === undefined ? 'cli' : { subagent: { thread_spawn: { parent_thread_id: parentId, depth: 1 } } };
  return {
    agent: session.agent,
    formatId: 'codex.rollout',
    root: '.codex/sessions',
    relativePath: `2026/11/02/rollout-2026-11-02T09-00-00-${id}.jsonl`,
    head: [
      item(
        'session_meta',
        { id, timestamp: new Date(startMs).toISOString(), cwd, cli_version: '0.147.0', source },
        startMs,
      ),
      item(
        'turn_context',
        { turn_id: `turn-${id}`, cwd, approval_policy: 'on-request', model: 'gpt-5.5' },
        startMs,
      ),
    ],
    line: (step, index, timeMs) => {
      if (step.kind === 'wait' || step.kind === 'mode') return [];
      if (step.kind === 'prompt')
        return [item('event_msg', { type: 'user_message', message: step.text, images: [] }, timeMs)];
      const callId = `call_${id}_${index}`;
      return [
        item('response_item', codexCall(step.call, callId, os), timeMs),
        item('response_item', codexResult(step.call, callId, step.outcome), timeMs + 900),
      ];
    },
  };
}

function codexCall(call: Call, callId: string, os: Os): object {
  const named = (name: string, args: unknown, namespace?: string): object => ({
    type: 'function_call',
    name,
    arguments: JSON.stringify(args),
    call_id: callId,
    ...(namespace === undefined ? {} : { namespace }),
  });
  switch (call.kind) {
    case 'shell':
      return named('exec_command', { cmd: call.text });
    case 'powershell':
      return named('shell', { command: ['powershell.exe', '-Command', call.text] });
    case 'cmd':
      return named('shell', { command: ['cmd.exe', '/c', call.text] });
    case 'read':
      return named('read_file', { file_path: placed(call.text, os) });
    case 'search':
      return named('grep_files', { pattern: call.text });
    case 'write': {
      const lines = call.content.replace(/\n$/, '').split('\n');
      const patch = ['*** Begin Patch', `*** Add File: ${placed(call.text, os)}`];
      for (const line of lines) patch.push(`+${line}`);
      return {
        type: 'custom_tool_call',
        name: 'apply_patch',
        input: [...patch, '*** End Patch', ''].join('\n'),
        call_id: callId,
      };
    }
    case 'fetch':
      return named('web_search', { url: call.text });
    case 'websearch':
      return named('web_search', { query: call.text });
    case 'mcp':
      return named(call.tool, call.args, `mcp__${call.server}`);
  }
}

function codexResult(call: Call, callId: string, outcome: CallOutcome): object {
  const custom = call.kind === 'write';
  const output =
    outcome.status === 'denied'
      ? 'rejected by user'
      : `Wall time: 0.1 seconds\nProcess exited with code ${outcome.status === 'ok' ? 0 : 1}\nOutput:\n${outcome.output}`;
  return { type: custom ? 'custom_tool_call_output' : 'function_call_output', call_id: callId, output };
}
