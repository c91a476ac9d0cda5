import type { Writable } from '../../contract/writable.ts';
import { bounded, MAX_CONTENT, MAX_ITEMS, MAX_NAME, textOf } from '../shared/bounds.ts';
import { callKey } from '../shared/call-key.ts';
import { getCount, getList, getObject, getText, isObject, type JsonObject } from '../shared/json.ts';
import { unknownLabel } from '../shared/label.ts';
import { baseOf, pushDecision, pushUpdate } from '../shared/row-events.ts';
import type { UsageRecord } from '../spec-log.ts';
import { IGNORED_ATTACHMENTS, IGNORED_SUBTYPES, TEXT_BLOCKS } from './log-types.ts';
import { readResult } from './log-outcome.ts';
import { readPrompt } from './log-prompt.ts';
import { MAX_ID, type Row, setModel, setPermissionMode } from './log-thread.ts';
import { type McpAttribution, readCall } from './tools.ts';

/** A row that carries part of the conversation; it has a uuid, a time and a place in a thread. */
export type ReadRow = (row: Row) => void;

export const CONVERSATION_ROWS: ReadonlyMap<string, ReadRow> = new Map([
  ['user', readUser],
  ['assistant', readAssistant],
  ['system', readSystem],
  ['attachment', readAttachment],
]);

function readUser(row: Row): void {
  const mode = getText(row.fields, 'permissionMode');
  if (mode !== undefined && row.ownThread) setPermissionMode(row, mode, `${row.key}:permission-mode`);
  const message = getObject(row.fields, 'message') ?? {};
  const content = message['content'];
  const results = Array.isArray(content) ? readUserBlocks(row, getList(message, 'content')) : 0;
  if (results > 0 || row.fields['isCompactSummary'] === true) return;
  if (row.fields['isVisibleInTranscriptOnly'] === true) return;
  pushPrompt(row, textOf(content, MAX_CONTENT), row.key);
}

/** @returns how many tool results the row holds */
function readUserBlocks(row: Row, content: readonly unknown[]): number {
  const results: JsonObject[] = [];
  for (let at = 0; at < content.length && at < MAX_ITEMS; at++) {
    const block = content[at];
    if (!isObject(block)) continue;
    const type = getText(block, 'type');
    if (type === 'tool_result') results.push(block);
    else if (type === undefined || !TEXT_BLOCKS.has(type)) {
      row.records.unknown.push(unknownLabel('user.content', type));
    }
  }
  for (const block of results) pushResult(row, block, results.length === 1);
  return results.length;
}

function pushPrompt(row: Row, text: string, key: string): void {
  if (text.trim() === '') return;
  const reading = readPrompt(row, text);
  if (reading.kind === 'exit') pushEnd(row, 'exit');
  if (reading.kind !== 'prompt') return;
  row.records.events.push({
    ...baseOf(row, 'prompt.submit', key),
    kind: 'prompt.submit',
    text: reading.text,
    origin: reading.origin,
  });
}

function pushEnd(row: Row, reason: string): void {
  row.records.events.push({ ...baseOf(row, 'session.end', row.key), kind: 'session.end', reason });
}

/** Models behind a gateway number their calls; the vendor's own ids are random and equal in a fork's copy. */
function callIdIn(row: Row, fields: JsonObject, key: string): string | undefined {
  const id = getText(fields, key);
  return id === undefined ? undefined : callKey(bounded(id, MAX_ID), row.nativeSessionId);
}

function pushResult(row: Row, block: JsonObject, alone: boolean): void {
  const callId = callIdIn(row, block, 'tool_use_id');
  if (callId === undefined) {
    row.records.unknown.push('tool_result.without-id');
    return;
  }
  const denialKind = alone ? getText(row.fields, 'toolDenialKind') : undefined;
  const { outcome, output, by } = readResult(
    block,
    alone ? row.fields['toolUseResult'] : undefined,
    denialKind,
  );
  const base = baseOf(row, 'tool.result', callId);
  row.records.events.push(
    output === ''
      ? { ...base, kind: 'tool.result', callId, outcome }
      : { ...base, kind: 'tool.result', callId, outcome, output },
  );
  if (outcome.status === 'denied') pushDecision(row, callId, 'deny', by, callId);
}

function readAssistant(row: Row): void {
  const message = getObject(row.fields, 'message') ?? {};
  const model = getText(message, 'model');
  // `<synthetic>` marks a text of the client itself, such as an API error shown as an answer.
  const real = model === undefined || model === '<synthetic>' ? undefined : bounded(model, MAX_NAME);
  if (real !== undefined && row.ownThread) setModel(row, real, `${row.key}:model`);
  if (model !== '<synthetic>') pushUsage(row, message, real);
  for (const block of getList(message, 'content').slice(0, MAX_ITEMS)) {
    if (isObject(block)) readAssistantBlock(row, block);
  }
}

/** One response is written as several rows with growing counts: equal keys, so the maximum is kept. */
function pushUsage(row: Row, message: JsonObject, model: string | undefined): void {
  const usage = getObject(message, 'usage');
  if (usage === undefined) return;
  const id = getText(message, 'id');
  const request = getText(row.fields, 'requestId') ?? '';
  const record: Writable<UsageRecord> = {
    key: id === undefined ? row.key : `${bounded(id, MAX_ID)}:${bounded(request, MAX_ID)}`,
    nativeSessionId: row.nativeSessionId,
    timeMs: row.timeMs,
    tokens: {
      input: getCount(usage, 'input_tokens'),
      output: getCount(usage, 'output_tokens'),
      cacheRead: getCount(usage, 'cache_read_input_tokens'),
      cacheWrite: getCount(usage, 'cache_creation_input_tokens'),
    },
  };
  if (model !== undefined) record.model = model;
  row.records.usage.push(record);
}

function readAssistantBlock(row: Row, block: JsonObject): void {
  const type = getText(block, 'type') ?? '';
  switch (type) {
    case 'tool_use':
    case 'server_tool_use':
    case 'mcp_tool_use':
      pushCall(row, block);
      return;
    case 'web_search_tool_result':
    case 'web_fetch_tool_result':
    case 'mcp_tool_result':
      pushResult(row, block, false);
      return;
    default:
      if (!TEXT_BLOCKS.has(type)) row.records.unknown.push(unknownLabel('assistant.content', type));
  }
}

function pushCall(row: Row, block: JsonObject): void {
  const name = getText(block, 'name');
  const callId = callIdIn(row, block, 'id');
  if (name === undefined || callId === undefined) {
    row.records.unknown.push('tool_use.without-id');
    return;
  }
  const { tool, input, unknown } = readCall(name, callId, block['input'], attribution(row, block));
  if (unknown) row.records.unknown.push(unknownLabel('tool', name));
  row.records.events.push({ ...baseOf(row, 'tool.call', callId), kind: 'tool.call', tool, input });
}

/** `attributionMcpServer` and `attributionMcpTool` of the row, 2.1.205 and later; `server_name` of API-side MCP. */
function attribution(row: Row, block: JsonObject): McpAttribution | undefined {
  const server = getText(row.fields, 'attributionMcpServer') ?? getText(block, 'server_name');
  if (server === undefined) return undefined;
  const tool = getText(row.fields, 'attributionMcpTool');
  return {
    server: bounded(server, MAX_NAME),
    ...(tool === undefined ? {} : { tool: bounded(tool, MAX_NAME) }),
  };
}

function readSystem(row: Row): void {
  const subtype = getText(row.fields, 'subtype') ?? '';
  switch (subtype) {
    case 'compact_boundary': {
      const metadata = getObject(row.fields, 'compactMetadata') ?? {};
      const trigger = getText(metadata, 'trigger');
      pushUpdate(
        row,
        'compaction',
        undefined,
        trigger === undefined ? undefined : bounded(trigger, MAX_ID),
        row.key,
      );
      return;
    }
    case 'model_refusal_fallback': {
      const to = getText(row.fields, 'fallbackModel');
      if (to !== undefined && row.ownThread) setModel(row, to, row.key);
      return;
    }
    case 'local_command':
      if (readPrompt(row, textOf(row.fields['content'], MAX_NAME)).kind === 'exit') pushEnd(row, 'exit');
      return;
    default:
      if (!IGNORED_SUBTYPES.has(subtype)) row.records.unknown.push(unknownLabel('system', subtype));
  }
}

function readAttachment(row: Row): void {
  const attachment = getObject(row.fields, 'attachment') ?? {};
  const type = getText(attachment, 'type') ?? '';
  switch (type) {
    case 'queued_command':
      readQueued(row, attachment);
      return;
    case 'hook_success':
      readHook(row, attachment);
      return;
    case 'hook_blocking_error': {
      const callId = callIdIn(row, attachment, 'toolUseID');
      if (getText(attachment, 'hookEvent') === 'PreToolUse') {
        pushDecision(row, callId, 'deny', 'hook', `${row.key}:hook`);
      }
      return;
    }
    case 'hook_permission_decision': {
      const decision = getText(attachment, 'decision');
      if (decision === 'allow' || decision === 'deny' || decision === 'ask') {
        pushDecision(row, callIdIn(row, attachment, 'toolUseID'), decision, 'hook', `${row.key}:hook`);
      }
      return;
    }
    default:
      if (!IGNORED_ATTACHMENTS.has(type)) row.records.unknown.push(unknownLabel('attachment', type));
  }
}

/** A prompt typed while the agent worked. It may be repeated as a `user` row, which then has the source's uuid. */
function readQueued(row: Row, attachment: JsonObject): void {
  const text = textOf(attachment['prompt'], MAX_CONTENT);
  if (getText(attachment, 'commandMode') === 'task-notification') {
    if (text !== '') {
      const base = baseOf(row, 'prompt.submit', row.key);
      row.records.events.push({ ...base, kind: 'prompt.submit', text, origin: 'system' });
    }
    return;
  }
  pushPrompt(row, text, bounded(getText(attachment, 'source_uuid') ?? row.key, MAX_ID));
}

/** Session hooks tell when a session is taken up again and when it ends. */
function readHook(row: Row, attachment: JsonObject): void {
  const event = getText(attachment, 'hookEvent');
  if (event === 'SessionStart' && getText(attachment, 'hookName') === 'SessionStart:resume') {
    row.records.events.push({
      ...baseOf(row, 'session.start', row.key),
      kind: 'session.start',
      resumed: true,
    });
  }
  if (event === 'SessionEnd') pushEnd(row, 'hook');
}
