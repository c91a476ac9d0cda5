/**
 * Types that say nothing about what was done, or say again what another type says: deltas and progress,
 * lists that were loaded, UI state, hook runs, the system prompt. All of `@github/copilot-sdk` 1.0.14
 * (2026-11-22) that has no handler; a type outside both lists is counted as unknown.
 */
export const IGNORED_TYPES: ReadonlySet<string> = new Set([
  'abort',
  'assistant.fusion_phase_activity',
  'assistant.fusion_phase_completed',
  'assistant.fusion_phase_failed',
  'assistant.fusion_phase_started',
  'assistant.idle',
  'assistant.intent',
  'assistant.message_delta',
  'assistant.message_start',
  'assistant.reasoning',
  'assistant.reasoning_delta',
  'assistant.server_tool_progress',
  'assistant.streaming_delta',
  'assistant.tool_call_delta',
  'assistant.turn_end',
  'assistant.turn_start',
  'assistant.usage',
  'auto_mode_switch.completed',
  'auto_mode_switch.requested',
  'capabilities.changed',
  'command.completed',
  'command.execute',
  'command.queued',
  'commands.changed',
  'elicitation.completed',
  'elicitation.requested',
  'exit_plan_mode.completed',
  'exit_plan_mode.requested',
  'external_tool.completed',
  'factory.run_settled',
  'factory.run_started',
  'factory.run_updated',
  'hook.end',
  'hook.progress',
  'hook.start',
  'mcp.headers_refresh_completed',
  'mcp.headers_refresh_required',
  'mcp.oauth_completed',
  'mcp.oauth_required',
  'mcp.prompts.list_changed',
  'mcp.resources.list_changed',
  'mcp.tools.list_changed',
  'model.call_failure',
  'model.call_finished',
  'pending_messages.modified',
  'permission.assentDetected',
  'permission.carriedForward',
  'permission.contextualAuthorization',
  'permission.messageAuthorization',
  'permission.messageAuthorizationDegraded',
  'permission.messageAuthorizationRead',
  'sampling.completed',
  'sampling.requested',
  'session.auto_tier_recommendation',
  'session.auto_tier_switch_failed',
  'session.autopilot_objective_changed',
  'session.background_tasks_changed',
  'session.binary_asset',
  'session.canvas.closed',
  'session.canvas.opened',
  'session.canvas.recorded',
  'session.canvas.registry_changed',
  'session.canvas.removed',
  'session.canvas.unavailable',
  'session.compaction_start',
  'session.completion_receipt',
  'session.custom_agents_updated',
  'session.custom_notification',
  'session.error',
  'session.extensions.attachments_pushed',
  'session.extensions_loaded',
  'session.fusion_completed',
  'session.fusion_resolved',
  'session.fusion_route_failed',
  'session.fusion_route_started',
  'session.idle',
  'session.info',
  'session.managed_settings_enforced',
  'session.managed_settings_resolved',
  'session.mcp_server_needs_reconnect',
  'session.mcp_server_removed',
  'session.mcp_server_status_changed',
  'session.mcp_servers_loaded',
  'session.mode_notice_delivered',
  'session.plan_changed',
  'session.remote_steerable_changed',
  'session.schedule_cancelled',
  'session.schedule_created',
  'session.schedule_rearmed',
  'session.session_limits_changed',
  'session.skills_loaded',
  'session.task_complete',
  'session.title_changed',
  'session.todos_changed',
  'session.tools_updated',
  'session.usage_checkpoint',
  'session.usage_info',
  'session.warning',
  'session.workspace_file_changed',
  'session_limits_exhausted.completed',
  'session_limits_exhausted.requested',
  'skill.invoked',
  'subagent.configured',
  'subagent.deselected',
  'subagent.selected',
  'system.message',
  'system.notification',
  'tool.execution_partial_result',
  'tool.execution_progress',
  'tool_search.activated',
  'ui.ephemeral_query',
  'user_input.completed',
  'user_input.requested',
]);

/** Types worth a byte test: frequent, or as long as a system prompt. */
const SKIPPED = [
  'system.message',
  'assistant.turn_start',
  'assistant.turn_end',
  'assistant.reasoning',
  'hook.start',
  'hook.end',
  'session.usage_checkpoint',
] as const;

const bytesOf = (text: string): readonly number[] => Array.from(text, (char) => char.charCodeAt(0));

/** Copilot CLI writes `type` first. */
const PREFIX = bytesOf('{"type":"');
const PATTERNS = SKIPPED.map((type) => ({ type, bytes: bytesOf(`${type}"`) }));

/** The type of a line that certainly is of no interest; any other spelling of the line goes to the parser. */
export function skippedType(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (!matchesAt(bytes, start, end, PREFIX)) return undefined;
  const from = start + PREFIX.length;
  for (const pattern of PATTERNS) {
    if (matchesAt(bytes, from, end, pattern.bytes)) return pattern.type;
  }
  return undefined;
}

function matchesAt(bytes: Uint8Array, from: number, end: number, pattern: readonly number[]): boolean {
  if (from + pattern.length > end) return false;
  for (let i = 0; i < pattern.length; i++) {
    if (bytes[from + i] !== pattern[i]) return false;
  }
  return true;
}
