import { agentFanout } from './processes/agent.fanout.ts';
import { agentSpawnsAgent } from './processes/agent.spawns-agent.ts';
import { envInjection } from './processes/env.injection.ts';
import { installHookBehaviour } from './processes/install.hook-behaviour.ts';
import { mcpChildAbuse } from './processes/mcp.child-abuse.ts';
import { netBytesOutAnomaly } from './processes/net.bytes-out-anomaly.ts';
import { netLateralFanout } from './processes/net.lateral-fanout.ts';
import { netMetadataService } from './processes/net.metadata-service.ts';
import { netModelEndpointAnomaly } from './processes/net.model-endpoint-anomaly.ts';
import { netNewDomain } from './processes/net.new-domain.ts';
import { netSuspiciousTransport } from './processes/net.suspicious-transport.ts';
import { procAgentUnusualParent } from './processes/proc.agent-unusual-parent.ts';
import { procDescendantListens } from './processes/proc.descendant-listens.ts';
import { procDetachedSurvivor } from './processes/proc.detached-survivor.ts';
import { procExecFromSuspectPath } from './processes/proc.exec-from-suspect-path.ts';
import { procLogMismatch } from './processes/proc.log-mismatch.ts';
import { procMasquerade } from './processes/proc.masquerade.ts';
import { procMiner } from './processes/proc.miner.ts';
import type { ProcessRule } from './rule.ts';

/** What runs and what it connects to; in the order of the catalogue. */
export const PROCESS_RULES: readonly ProcessRule[] = [
  agentSpawnsAgent,
  agentFanout,
  procAgentUnusualParent,
  procDescendantListens,
  procDetachedSurvivor,
  procMiner,
  netMetadataService,
  netNewDomain,
  netSuspiciousTransport,
  netModelEndpointAnomaly,
  procExecFromSuspectPath,
  mcpChildAbuse,
  installHookBehaviour,
  procLogMismatch,
  netBytesOutAnomaly,
  netLateralFanout,
  envInjection,
  procMasquerade,
];
