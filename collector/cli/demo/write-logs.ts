import { createHash } from 'node:crypto';
import type { DemoAgent, Step } from './story.ts';

/** Where and when a demo session happens. */
export interface DemoSession {
  readonly id: string;
  readonly cwd: string;
  readonly home: string;
  readonly startMs: number;
}

export interface DemoLog {
  /** Below the home. */
  readonly path: string;
  /** Lines of the head, then of each step. */
  readonly head: readonly string[];
  step(step: Step, index: number, timeMs: number): readonly string[];
}

/** Renders sessions in each agent's own log format, as current versions write it (see `agents/formats.md`). */
export const DEMO_LOGS: Readonly<Record<DemoAgent, (session: DemoSession) => DemoLog>> = {
  'claude-code': claudeLog,
  codex: codexLog,
  'gemini-cli': geminiLog,
  'copilot-cli': copilotLog,
};

function uuid(seed: string): string {
  const hex = createHash('sha256').update(seed).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const iso = (timeMs: number): string => new Date(timeMs).toISOString();

function claudeLog(session: DemoSession): DemoLog {
  const slug = session.cwd.replaceAll(/[^A-Za-z0-9]/g, '-');
  const row = (seed: string, timeMs: number, body: object): string =>
    JSON.stringify({
      parentUuid: null,
      isSidechain: false,
      userType: 'external',
      cwd: session.cwd,
      sessionId: session.id,
      version: '2.1.330',
      gitBranch: 'main',
      uuid: uuid(session.id + seed),
      timestamp: iso(timeMs),
      ...body,
    });
  return {
    path: `.claude/projects/${slug}/${session.id}.jsonl`,
    head: [JSON.stringify({ type: 'permission-mode', permissionMode: 'default', sessionId: session.id })],
    step(step, index, timeMs) {
      const assistant = (block: object): string =>
        row(`a${index}`, timeMs, {
          type: 'assistant',
          requestId: `req_${session.id.slice(0, 8)}${index}`,
          message: {
            id: `msg_${session.id.slice(0, 8)}${index}`,
            type: 'message',
            role: 'assistant',
            model: 'claude-opus-4-8',
            content: [block],
            usage: {
              input_tokens: 9 + index,
              output_tokens: 120,
              cache_read_input_tokens: 21_000,
              cache_creation_input_tokens: 800,
            },
          },
        });
      if ('prompt' in step) {
        return [
          row(`p${index}`, timeMs, {
            type: 'user',
            permissionMode: 'default',
            message: { role: 'user', content: step.prompt },
          }),
        ];
      }
      if ('say' in step) return [assistant({ type: 'text', text: step.say })];
      const id = `toolu_${session.id.replaceAll('-', '').slice(0, 12)}${index}`;
      const failed = 'exit' in step && step.exit !== 0;
      return [
        assistant({ type: 'tool_use', id, ...claudeTool(step, session.cwd) }),
        row(`r${index}`, timeMs + 400, {
          type: 'user',
          message: {
            role: 'user',
            content: [{ type: 'tool_result', tool_use_id: id, content: outputOf(step), is_error: failed }],
          },
        }),
      ];
    },
  };
}

function claudeTool(
  step: Exclude<Step, { prompt: string } | { say: string }>,
  cwd: string,
): { name: string; input: object } {
  if ('shell' in step) return { name: 'Bash', input: { command: step.shell, description: 'Run a command' } };
  if ('read' in step) return { name: 'Read', input: { file_path: `${cwd}/${step.read}` } };
  if ('write' in step)
    return { name: 'Write', input: { file_path: `${cwd}/${step.write}`, content: step.content } };
  if ('fetch' in step) return { name: 'WebFetch', input: { url: step.fetch, prompt: 'Read it' } };
  return { name: `mcp__${step.mcp}__${step.tool}`, input: step.args };
}

function codexLog(session: DemoSession): DemoLog {
  const day = iso(session.startMs);
  const row = (timeMs: number, type: string, payload: object): string =>
    JSON.stringify({ timestamp: iso(timeMs), type, payload });
  return {
    path: `.codex/sessions/${day.slice(0, 4)}/${day.slice(5, 7)}/${day.slice(8, 10)}/rollout-${day.slice(0, 19).replaceAll(':', '-')}-${session.id}.jsonl`,
    head: [
      row(session.startMs, 'session_meta', {
        id: session.id,
        timestamp: day,
        cwd: session.cwd,
        originator: 'codex_cli_rs',
        cli_version: '0.169.0',
        source: 'cli',
        model_provider: 'openai',
        git: { branch: 'main' },
      }),
      row(session.startMs, 'turn_context', {
        cwd: session.cwd,
        approval_policy: 'on-request',
        sandbox_policy: { type: 'workspace-write' },
        model: 'gpt-5.5',
      }),
    ],
    step(step, index, timeMs) {
      if ('prompt' in step) return [row(timeMs, 'event_msg', { type: 'user_message', message: step.prompt })];
      if ('say' in step) return [row(timeMs, 'event_msg', { type: 'agent_message', message: step.say })];
      const callId = `call_${session.id.slice(0, 8)}${index}`;
      if ('write' in step) {
        const patch = `*** Begin Patch\n*** Add File: ${step.write}\n${step.content
          .split('\n')
          .map((line) => `+${line}`)
          .join('\n')}\n*** End Patch`;
        return [
          row(timeMs, 'response_item', {
            type: 'custom_tool_call',
            call_id: callId,
            name: 'apply_patch',
            input: patch,
            status: 'completed',
          }),
          row(timeMs + 300, 'response_item', {
            type: 'custom_tool_call_output',
            call_id: callId,
            output: 'Exit code: 0\nWall time: 0 seconds',
          }),
        ];
      }
      const command = 'shell' in step ? step.shell : `true # ${JSON.stringify(step).slice(0, 60)}`;
      const exit = 'exit' in step ? step.exit : 0;
      return [
        row(timeMs, 'response_item', {
          type: 'function_call',
          name: 'exec_command',
          call_id: callId,
          arguments: JSON.stringify({ cmd: command, workdir: session.cwd }),
        }),
        row(timeMs + 300, 'response_item', {
          type: 'function_call_output',
          call_id: callId,
          output: `Chunk ID: ab12\nWall time: 0.3 seconds\nProcess exited with code ${exit}\nOutput:\n${outputOf(step)}`,
        }),
      ];
    },
  };
}

function geminiLog(session: DemoSession): DemoLog {
  const project = createHash('sha256').update(session.cwd).digest('hex');
  const meta = (timeMs: number): object => ({
    sessionId: session.id,
    projectHash: project,
    startTime: iso(session.startMs),
    lastUpdated: iso(timeMs),
    kind: 'main',
  });
  return {
    path: `.gemini/tmp/${project}/chats/session-${iso(session.startMs).slice(0, 16).replaceAll(':', '-')}-${session.id.slice(0, 8)}.jsonl`,
    head: [
      JSON.stringify(meta(session.startMs)),
      JSON.stringify({
        id: uuid(`${session.id}context`),
        timestamp: iso(session.startMs),
        type: 'user',
        content: [
          {
            text: `<session_context>\nThis is the Gemini CLI.\n- **Workspace Directories:**\n  - ${session.cwd}\n</session_context>`,
          },
        ],
      }),
    ],
    step(step, index, timeMs) {
      const base = { id: uuid(`${session.id}g${index}`), timestamp: iso(timeMs) };
      if ('prompt' in step)
        return [JSON.stringify({ ...base, type: 'user', content: [{ text: step.prompt }] })];
      if ('say' in step)
        return [JSON.stringify({ ...base, type: 'gemini', content: step.say, model: 'gemini-3-pro' })];
      const call = {
        id: `${'shell' in step ? 'run_shell_command' : 'tool'}-${session.id.slice(0, 8)}-${index}`,
        ...geminiTool(step, session.cwd),
        status: 'success',
        timestamp: iso(timeMs),
        result: [{ functionResponse: { response: { output: outputOf(step) } } }],
      };
      return [
        JSON.stringify({
          ...base,
          type: 'gemini',
          content: '',
          model: 'gemini-3-pro',
          tokens: { input: 9_000, output: 80, cached: 4_000, thoughts: 20, tool: 0, total: 9_100 },
          toolCalls: [call],
        }),
      ];
    },
  };
}

function geminiTool(
  step: Exclude<Step, { prompt: string } | { say: string }>,
  cwd: string,
): { name: string; args: object } {
  if ('shell' in step)
    return { name: 'run_shell_command', args: { command: step.shell, description: 'Run', directory: cwd } };
  if ('read' in step) return { name: 'read_file', args: { absolute_path: `${cwd}/${step.read}` } };
  if ('write' in step)
    return { name: 'write_file', args: { file_path: `${cwd}/${step.write}`, content: step.content } };
  if ('fetch' in step) return { name: 'web_fetch', args: { prompt: `Read ${step.fetch}` } };
  return { name: `mcp_${step.mcp}_${step.tool}`, args: step.args };
}

function copilotLog(session: DemoSession): DemoLog {
  const row = (seed: string, timeMs: number, type: string, data: object): string =>
    JSON.stringify({ type, data, id: uuid(session.id + seed), timestamp: iso(timeMs), parentId: null });
  return {
    path: `.copilot/session-state/${session.id}/events.jsonl`,
    head: [
      row('s', session.startMs, 'session.start', {
        sessionId: session.id,
        version: 1,
        producer: 'copilot-agent',
        copilotVersion: '1.0.102',
        startTime: iso(session.startMs),
        selectedModel: 'gpt-5.5',
        context: { cwd: session.cwd, gitRoot: session.cwd, branch: 'main' },
      }),
    ],
    step(step, index, timeMs) {
      if ('prompt' in step)
        return [row(`p${index}`, timeMs, 'user.message', { content: step.prompt, attachments: [] })];
      if ('say' in step)
        return [
          row(`a${index}`, timeMs, 'assistant.message', {
            messageId: `m${index}`,
            content: step.say,
            toolRequests: [],
          }),
        ];
      const toolCallId = `tc_${session.id.slice(0, 8)}${index}`;
      return [
        row(`c${index}`, timeMs, 'tool.execution_start', { toolCallId, ...copilotTool(step, session.cwd) }),
        row(`d${index}`, timeMs + 350, 'tool.execution_complete', {
          toolCallId,
          success: true,
          result: { content: outputOf(step) },
        }),
      ];
    },
  };
}

function copilotTool(
  step: Exclude<Step, { prompt: string } | { say: string }>,
  cwd: string,
): { toolName: string; arguments: object } {
  if ('shell' in step) return { toolName: 'bash', arguments: { command: step.shell, description: 'Run' } };
  if ('read' in step) return { toolName: 'view', arguments: { path: `${cwd}/${step.read}` } };
  if ('write' in step)
    return { toolName: 'create', arguments: { path: `${cwd}/${step.write}`, file_text: step.content } };
  if ('fetch' in step) return { toolName: 'web_fetch', arguments: { url: step.fetch } };
  return { toolName: `${step.mcp}-${step.tool}`, arguments: step.args };
}

function outputOf(step: Step): string {
  return 'output' in step ? step.output : 'done';
}
