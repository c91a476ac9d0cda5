import { agentBinaryUntrusted } from './agent.binary-untrusted.ts';
import { agentEndpointRedirect } from './agent.endpoint-redirect.ts';
import { agentPermissionBypassDefault } from './agent.permission-bypass-default.ts';
import { agentProjectAutotrust } from './agent.project-autotrust.ts';
import { agentSandboxOff } from './agent.sandbox-off.ts';
import { agentShadow } from './agent.shadow.ts';
import { agentToolAllowlistWildcard } from './agent.tool-allowlist-wildcard.ts';
import { agentUnexpectedHostRole } from './agent.unexpected-host-role.ts';
import { capabilityTrifecta } from './capability.trifecta.ts';
import { componentVulnerableOrMalicious } from './component.vulnerable-or-malicious.ts';
import { editorAutorunTask } from './editor.autorun-task.ts';
import { extensionRisky } from './extension.risky.ts';
import { hookAddedOrChanged } from './hook.added-or-changed.ts';
import { hookRunsUntrustedCode } from './hook.runs-untrusted-code.ts';
import { instructionDrift } from './instruction.drift.ts';
import { instructionUntrustedOrigin } from './instruction.untrusted-origin.ts';
import { mcpBinaryInSuspectPath } from './mcp.binary-in-suspect-path.ts';
import { mcpChangedAfterApproval } from './mcp.changed-after-approval.ts';
import { mcpExcessPrivilege } from './mcp.excess-privilege.ts';
import { mcpExposedListener } from './mcp.exposed-listener.ts';
import { mcpInlineCodeCommand } from './mcp.inline-code-command.ts';
import { mcpLocalInterposition } from './mcp.local-interposition.ts';
import { mcpRemotePlaintextHttp } from './mcp.remote-plaintext-http.ts';
import { mcpShadowServer } from './mcp.shadow-server.ts';
import { mcpToolShadowing } from './mcp.tool-shadowing.ts';
import { mcpTyposquatOrLookalike } from './mcp.typosquat-or-lookalike.ts';
import { mcpUnpinnedPackage } from './mcp.unpinned-package.ts';
import { policyManagedSettingsGap } from './policy.managed-settings-gap.ts';
import { repoGitConfigExec } from './repo.git-config-exec.ts';
import { repoSymlinkEscape } from './repo.symlink-escape.ts';
import type { InventoryRule } from './rule.ts';
import { secretFilePermissive } from './secret.file-permissive.ts';
import { secretInTranscript } from './secret.in-transcript.ts';
import { secretOverscoped } from './secret.overscoped.ts';
import { secretPlaintextInAgentConfig } from './secret.plaintext-in-agent-config.ts';
import { secretReused } from './secret.reused.ts';
import { secretStaleOrExpired } from './secret.stale-or-expired.ts';
import { skillContentMismatch } from './skill.content-mismatch.ts';
import { telemetrySuppressed } from './telemetry.suppressed.ts';
import { textHomoglyph } from './text.homoglyph.ts';

/** Rules over what is installed and configured, in catalogue order. */
export const POSTURE_RULES: readonly InventoryRule[] = [
  mcpUnpinnedPackage,
  mcpRemotePlaintextHttp,
  mcpInlineCodeCommand,
  mcpBinaryInSuspectPath,
  mcpTyposquatOrLookalike,
  mcpChangedAfterApproval,
  mcpToolShadowing,
  agentProjectAutotrust,
  mcpLocalInterposition,
  mcpShadowServer,
  mcpExposedListener,
  mcpExcessPrivilege,
  componentVulnerableOrMalicious,
  agentPermissionBypassDefault,
  agentToolAllowlistWildcard,
  agentSandboxOff,
  agentEndpointRedirect,
  hookRunsUntrustedCode,
  hookAddedOrChanged,
  editorAutorunTask,
  repoGitConfigExec,
  secretPlaintextInAgentConfig,
  secretFilePermissive,
  secretStaleOrExpired,
  secretReused,
  secretOverscoped,
  secretInTranscript,
  agentShadow,
  agentUnexpectedHostRole,
  agentBinaryUntrusted,
  extensionRisky,
  policyManagedSettingsGap,
  telemetrySuppressed,
  repoSymlinkEscape,
  capabilityTrifecta,
  skillContentMismatch,
  instructionDrift,
  textHomoglyph,
  instructionUntrustedOrigin,
];
