import type { DetectionRule } from './rule.ts';
import { agentRunaway } from './agent.runaway.ts';
import { approvalFatigue } from './approval.fatigue.ts';
import { browserSessionTakeover } from './browser.session-takeover.ts';
import { captureLocal } from './capture.local.ts';
import { cloudIdentityChange } from './cloud.identity-change.ts';
import { cloudProdWrite } from './cloud.prod-write.ts';
import { collectArchiveThenSend } from './collect.archive-then-send.ts';
import { contextReplayOfInstructions } from './context.replay-of-instructions.ts';
import { crossAgentConfigWrite } from './cross-agent.config-write.ts';
import { dataBulkRead } from './data.bulk-read.ts';
import { dataRegulatedToModel } from './data.regulated-to-model.ts';
import { deniedThenVariant } from './denied-then-variant.ts';
import { destroyDatabase } from './destroy.database.ts';
import { destroyFiles } from './destroy.files.ts';
import { dumpEnvironment } from './dump.environment.ts';
import { dumpOsCredentials } from './dump.os-credentials.ts';
import { execAgentCli } from './exec.agent-cli.ts';
import { execDropThenRun } from './exec.drop-then-run.ts';
import { execEncoded } from './exec.encoded.ts';
import { execPipeFromNetwork } from './exec.pipe-from-network.ts';
import { execReverseShell } from './exec.reverse-shell.ts';
import { gitGuardrailBypass } from './git.guardrail-bypass.ts';
import { gitHistoryDestruction } from './git.history-destruction.ts';
import { impairSecurityTool } from './impair.security-tool.ts';
import { installRegistryOverride } from './install.registry-override.ts';
import { installUnvettedPackage } from './install.unvetted-package.ts';
import { logTamper } from './log.tamper.ts';
import { persistAccessBackdoor } from './persist.access-backdoor.ts';
import { persistSchedulerOrService } from './persist.scheduler-or-service.ts';
import { persistShellRc } from './persist.shell-rc.ts';
import { privElevation } from './priv.elevation.ts';
import { publishPackage } from './publish.package.ts';
import { readAgentCredentials } from './read.agent-credentials.ts';
import { readBrowserWalletStore } from './read.browser-wallet-store.ts';
import { readCloudCredentials } from './read.cloud-credentials.ts';
import { readEnvFiles } from './read.env-files.ts';
import { readProcessMemory } from './read.process-memory.ts';
import { readSshKeys } from './read.ssh-keys.ts';
import { reconNetwork } from './recon.network.ts';
import { sandboxEscapePrimitive } from './sandbox.escape-primitive.ts';
import { selfMcpRegistration } from './self.mcp-registration.ts';
import { selfPermissionChange } from './self.permission-change.ts';
import { sendDns } from './send.dns.ts';
import { sendIdeFeature } from './send.ide-feature.ts';
import { sendMessageOutside } from './send.message-outside.ts';
import { sendRepoExposure } from './send.repo-exposure.ts';
import { sendRiskyDestination } from './send.risky-destination.ts';
import { sendSecretInArgs } from './send.secret-in-args.ts';
import { sendUpload } from './send.upload.ts';
import { sendUrlEmbedding } from './send.url-embedding.ts';
import { seqCrossAgent } from './seq.cross-agent.ts';
import { seqLethalTrifecta } from './seq.lethal-trifecta.ts';
import { sweepCredentials } from './sweep.credentials.ts';
import { seqUntrustedThenPrivileged } from './seq.untrusted-then-privileged.ts';
import { toolOffensive } from './tool.offensive.ts';
import { toolresultInjection } from './toolresult.injection.ts';

/** What agents do, event by event; in the order of the catalogue. */
export const BEHAVIOUR_RULES: readonly DetectionRule[] = [
  readSshKeys,
  readCloudCredentials,
  readEnvFiles,
  readBrowserWalletStore,
  dumpOsCredentials,
  dumpEnvironment,
  sweepCredentials,
  execEncoded,
  execPipeFromNetwork,
  execDropThenRun,
  execReverseShell,
  sendUpload,
  sendRiskyDestination,
  sendDns,
  seqLethalTrifecta,
  impairSecurityTool,
  persistShellRc,
  persistSchedulerOrService,
  persistAccessBackdoor,
  selfPermissionChange,
  selfMcpRegistration,
  gitHistoryDestruction,
  gitGuardrailBypass,
  destroyFiles,
  destroyDatabase,
  cloudProdWrite,
  cloudIdentityChange,
  publishPackage,
  privElevation,
  sandboxEscapePrimitive,
  installUnvettedPackage,
  logTamper,
  seqCrossAgent,
  toolresultInjection,
  seqUntrustedThenPrivileged,
  deniedThenVariant,
  dataRegulatedToModel,
  dataBulkRead,
  contextReplayOfInstructions,
  approvalFatigue,
  agentRunaway,
  sendUrlEmbedding,
  sendSecretInArgs,
  sendMessageOutside,
  sendIdeFeature,
  collectArchiveThenSend,
  sendRepoExposure,
  readAgentCredentials,
  installRegistryOverride,
  execAgentCli,
  crossAgentConfigWrite,
  toolOffensive,
  reconNetwork,
  readProcessMemory,
  browserSessionTakeover,
  captureLocal,
];
