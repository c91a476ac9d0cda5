import { CLAUDE_CODE } from './claude-code/index.ts';
import { CLAUDE_DESKTOP } from './claude-desktop/index.ts';
import { CODEX } from './codex/index.ts';
import { COPILOT_CLI } from './copilot-cli/index.ts';
import { CURSOR } from './cursor/index.ts';
import { GEMINI_CLI } from './gemini-cli/index.ts';
import { OPENCODE } from './opencode/index.ts';
import type { AgentSpec } from './spec.ts';
import { VSCODE_COPILOT } from './vscode-copilot/index.ts';

/** Every agent Reeve knows. */
export const AGENTS: readonly AgentSpec[] = [
  CLAUDE_CODE,
  CODEX,
  GEMINI_CLI,
  COPILOT_CLI,
  OPENCODE,
  CURSOR,
  VSCODE_COPILOT,
  CLAUDE_DESKTOP,
];
