import type { McpServer } from '../contract/agent.ts';
import type { ReportItem } from '../contract/report.ts';
import {
  agentNameOf,
  aiAgentOf,
  compact,
  ocsfEvent,
  severityId,
  unmapped,
  type Json,
  type JsonObject,
  type OcsfClassName,
  type OcsfContext,
  type OcsfEvent,
} from './ocsf.ts';
import { userOf } from './to-ocsf-parts.ts';

type Item<T extends ReportItem['type']> = Extract<ReportItem, { type: T }>;

/** Discovery activity 2, "Collect": the inventory was gathered by us, not reported by the thing itself. */
const COLLECT = 2;

function collected(
  item: ReportItem & { readonly observedMs: number },
  className: OcsfClassName,
  fields: JsonObject,
  context: OcsfContext,
): OcsfEvent {
  return ocsfEvent(
    item,
    { className, activityId: COLLECT, timeMs: item.observedMs, severityId: 1 },
    fields,
    context,
  );
}

/** What one session did so far, in numbers. */
export function sessionToOcsf(item: Item<'session'>, context: OcsfContext): OcsfEvent {
  const { session } = item;
  const { tokens } = session;
  const prompt = tokens.input + tokens.cacheRead + tokens.cacheWrite;
  return ocsfEvent(
    item,
    {
      className: 'application_lifecycle',
      activityId: 99,
      activityName: 'Session Summary',
      timeMs: item.observedMs,
      severityId: 1,
    },
    {
      app: { uid: session.agentId, name: agentNameOf(session.agentId, context) },
      actor: { user: userOf(session.actor) },
      ai_agent: aiAgentOf(session.agentId, session.id, context, session.agentVersion),
      message_context: {
        application: { uid: session.agentId, name: agentNameOf(session.agentId, context) },
        prompt_tokens: prompt,
        completion_tokens: tokens.output,
        total_tokens: prompt + tokens.output,
      },
      start_time: session.startedMs,
      end_time: session.lastEventMs,
      count: session.counts.toolCalls,
      ...unmapped({
        models: session.models,
        cwd: session.cwd,
        repository: session.repository,
        git_branch: session.gitBranch,
        permission_mode: session.permissionMode,
        parent_session_uid: session.parentSessionId,
        counts: session.counts,
        tokens,
      }),
    },
    context,
  );
}

export function agentToOcsf(item: Item<'agent'>, context: OcsfContext): OcsfEvent {
  const { agent } = item;
  const install = agent.installs[0];
  return collected(
    item,
    'software_info',
    {
      product: compact({
        uid: agent.id,
        name: agent.name,
        vendor_name: agent.vendor,
        version: install?.version,
        path: install?.path,
      }),
      ...unmapped({
        item: 'agent',
        kind: agent.kind,
        sanction: agent.sanction,
        where: agent.where,
        accounts: agent.accounts,
        first_seen_ms: agent.firstSeenMs,
        last_used_ms: agent.lastUsedMs,
        installs: agent.installs,
        running: agent.running.length,
        config_files: agent.configFiles,
        permission_mode: agent.permissionMode,
        settings: agent.settings,
      }),
    },
    context,
  );
}

export function serverToOcsf(item: Item<'mcp-server'>, context: OcsfContext): OcsfEvent {
  const { server } = item;
  const bill = sbomOf(server);
  return collected(
    item,
    'software_info',
    {
      product: compact({
        uid: server.id,
        name: server.name,
        version: server.package?.version,
        path: server.configPath,
        url_string: server.url,
      }),
      ...(bill === undefined ? {} : { sbom: bill }),
      ...unmapped({
        item: 'mcp-server',
        agent_uids: server.agentIds,
        scope: server.scope,
        pointer: server.pointer,
        transport: server.transport,
        command: server.command,
        args: server.args,
        env_names: server.envNames,
        header_names: server.headerNames,
        enabled: server.enabled,
        package: server.package,
        credential_uids: server.credentialIds,
        auto_approved: server.autoApproved,
        used_tools: server.usedTools,
      }),
    },
    context,
  );
}

/** A bill of materials with the one package a server is; only a known version makes one. */
function sbomOf(server: McpServer): JsonObject | undefined {
  const part = server.package;
  if (part?.version === undefined) return undefined;
  const { name, version } = part;
  return {
    package: { name, version },
    software_components: [compact({ name, version, purl: purlOf(part.ecosystem, name, version) })],
  };
}

/** Package URL types (purl-spec) by ecosystem; the others need facts we do not have. */
const PURL_TYPES: ReadonlyMap<string, string> = new Map([
  ['npm', 'npm'],
  ['pypi', 'pypi'],
  ['cargo', 'cargo'],
  ['go', 'golang'],
]);

function purlOf(ecosystem: string, name: string, version: string): string | undefined {
  const type = PURL_TYPES.get(ecosystem);
  if (type === undefined || !name.isWellFormed() || !version.isWellFormed()) return undefined;
  const path = name.split('/').map(encodeURIComponent).join('/');
  return `pkg:${type}/${path}@${encodeURIComponent(version)}`;
}

/** The place and nature of a credential; its value is not known here. */
export function credentialToOcsf(item: Item<'credential'>, context: OcsfContext): OcsfEvent {
  const { credential } = item;
  return collected(
    item,
    'inventory_info',
    {
      ...unmapped({
        item: 'credential',
        uid: credential.id,
        kind: credential.kind,
        provider: credential.provider,
        principal: credential.principal,
        scopes: credential.scopes,
        location: credential.location,
        fingerprint: credential.fingerprint,
        plaintext: credential.plaintext,
        file_mode: credential.fileMode,
        issued_ms: credential.issuedMs,
        expires_ms: credential.expiresMs,
        age_ms: credential.ageMs,
        agent_uids: credential.usedBy.agentIds,
        mcp_server_uids: credential.usedBy.mcpServerIds,
      }),
    },
    context,
  );
}

export function assetToOcsf(item: Item<'asset'>, context: OcsfContext): OcsfEvent {
  const { asset } = item;
  return collected(
    item,
    'software_info',
    {
      product: compact({ uid: asset.id, name: asset.name, path: asset.path }),
      ...unmapped({
        item: 'asset',
        kind: asset.kind,
        agent_uids: asset.agentIds,
        scope: asset.scope,
        sha256: asset.sha256,
        modified_ms: asset.modifiedMs,
      }),
    },
    context,
  );
}

export function healthToOcsf(item: Item<'health'>, context: OcsfContext): OcsfEvent {
  const { health, resolved } = item;
  return ocsfEvent(
    item,
    {
      className: 'application_error',
      activityId: 1,
      timeMs: item.observedMs,
      severityId: resolved ? 1 : severityId(health.severity),
    },
    compact({
      message: health.text,
      status_id: 99,
      status: resolved ? 'Resolved' : 'Raised',
      status_code: health.code,
      start_time: health.sinceMs,
    }),
    context,
  );
}

/** Length of one UTC day in milliseconds. */
const DAY_MS = 86_400_000;

/** No class of the schema is for totals; the base event with our members in `unmapped` is what is left. */
export function countsToOcsf(item: Item<'counts'>, context: OcsfContext): OcsfEvent {
  const { counts } = item;
  const agents: Json = counts.agents.map((agent) => ({
    agent_uid: agent.agentId,
    sessions: agent.sessions,
    prompts: agent.prompts,
    tool_calls: agent.toolCalls,
    tool_errors: agent.toolErrors,
    mcp_calls: agent.mcpCalls,
  }));
  return ocsfEvent(
    item,
    {
      className: 'base_event',
      activityId: 99,
      activityName: 'Daily Counts',
      timeMs: item.observedMs,
      severityId: 1,
    },
    {
      start_time: counts.dayStartMs,
      end_time: counts.dayStartMs + DAY_MS,
      ...unmapped({ item: 'counts', agents, dropped: counts.dropped }),
    },
    context,
  );
}
