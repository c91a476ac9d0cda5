import { mcpPoisonedDescription } from './mcp.poisoned-description.ts';
import { memoryPoisoning } from './memory.poisoning.ts';
import type { TextRule } from './rule.ts';
import { skillFakePrerequisite } from './skill.fake-prerequisite.ts';
import { skillRemoteContent } from './skill.remote-content.ts';
import { textConcealment } from './text.concealment.ts';
import { textCredentialHarvest } from './text.credential-harvest.ts';
import { textDownloadExecute } from './text.download-execute.ts';
import { textEncodedBlob } from './text.encoded-blob.ts';
import { textExfilInstruction } from './text.exfil-instruction.ts';
import { textHiddenSection } from './text.hidden-section.ts';
import { textInvisibleOrBidi } from './text.invisible-or-bidi.ts';
import { textOverride } from './text.override.ts';
import { textScanEvasion } from './text.scan-evasion.ts';
import { textSelfPropagation } from './text.self-propagation.ts';
import { textUnicodeTags } from './text.unicode-tags.ts';
import { textWeakenSafety } from './text.weaken-safety.ts';

/** Rules over the texts an agent takes orders from, in catalogue order. */
export const TEXT_RULES: readonly TextRule[] = [
  textUnicodeTags,
  textInvisibleOrBidi,
  textHiddenSection,
  textOverride,
  textConcealment,
  textDownloadExecute,
  skillFakePrerequisite,
  textEncodedBlob,
  textCredentialHarvest,
  textExfilInstruction,
  textSelfPropagation,
  textWeakenSafety,
  skillRemoteContent,
  textScanEvasion,
  memoryPoisoning,
  mcpPoisonedDescription,
];
