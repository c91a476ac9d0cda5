import type { ReportItem } from '../contract/report.ts';
import type { StoredEvent } from '../contract/stored.ts';
import { agentNameOf, type OcsfContext } from './ocsf.ts';
import { callIdOf } from './to-ocsf-parts.ts';

/**
 * OpenTelemetry attribute names, in one place because most of them are still "Development":
 * open-telemetry/semantic-conventions-genai (GenAI and MCP) and core 1.44.0 (user, security_rule), as of 2026-08.
 */
const NAMES = {
  operation: 'gen_ai.operation.name',
  agentId: 'gen_ai.agent.id',
  agentName: 'gen_ai.agent.name',
  agentVersion: 'gen_ai.agent.version',
  conversation: 'gen_ai.conversation.id',
  model: 'gen_ai.request.model',
  toolName: 'gen_ai.tool.name',
  toolCall: 'gen_ai.tool.call.id',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cacheRead: 'gen_ai.usage.cache_read.input_tokens',
  cacheWrite: 'gen_ai.usage.cache_creation.input_tokens',
  mcpMethod: 'mcp.method.name',
  user: 'user.name',
  rule: 'security_rule.name',
} as const;

type Value = string | number;

/** Index attributes of a report. Content (prompts, arguments, results) is never among them. */
export function genAiAttributes(item: ReportItem, context: OcsfContext): Record<string, Value> {
  switch (item.type) {
    case 'event':
      return named(eventAttributes(item.event, context));
    case 'session': {
      const { session } = item;
      return named({
        operation: 'invoke_agent',
        ...agentAttributes(session.agentId, session.id, context),
        agentVersion: session.agentVersion,
        model: session.models[0],
        inputTokens: session.tokens.input,
        outputTokens: session.tokens.output,
        cacheRead: session.tokens.cacheRead,
        cacheWrite: session.tokens.cacheWrite,
        user: session.actor.user,
      });
    }
    case 'finding': {
      const { subject, sessionId, ruleId } = item.finding;
      return named({
        rule: ruleId,
        ...(subject.agentId === undefined ? {} : agentAttributes(subject.agentId, sessionId, context)),
      });
    }
    case 'agent':
      return named(agentAttributes(item.agent.id, undefined, context));
    default:
      return {};
  }
}

type Fields = { readonly [K in keyof typeof NAMES]?: Value | undefined };

function agentAttributes(agentId: string, sessionId: string | undefined, context: OcsfContext): Fields {
  return { agentId, agentName: agentNameOf(agentId, context), conversation: sessionId };
}

function eventAttributes(event: StoredEvent, context: OcsfContext): Fields {
  const { tool } = event;
  return {
    operation: operationOf(event),
    ...agentAttributes(event.agentId, event.sessionId, context),
    user: event.actor.user,
    toolName: tool?.name,
    toolCall: callIdOf(event),
    mcpMethod: tool?.category === 'mcp' && event.kind === 'tool.call' ? 'tools/call' : undefined,
  };
}

function operationOf({ kind }: StoredEvent): string | undefined {
  if (kind === 'tool.call' || kind === 'tool.result') return 'execute_tool';
  return kind === 'prompt.submit' || kind === 'session.start' ? 'invoke_agent' : undefined;
}

/** Longest attribute: these are names and ids, and receivers index them. */
const MAX_VALUE = 512;

function named(fields: Fields): Record<string, Value> {
  const attributes: Record<string, Value> = {};
  let field: keyof typeof NAMES;
  for (field in NAMES) {
    const value = fields[field];
    if (value !== undefined)
      attributes[NAMES[field]] = typeof value === 'string' ? value.slice(0, MAX_VALUE) : value;
  }
  return attributes;
}
