import { CLAUDE_CODE } from './claude-code/index.ts';
import { CLAUDE_DESKTOP } from './claude-desktop/index.ts';
import { CODEX } from './codex/index.ts';
import { COPILOT_CLI } from './copilot-cli/index.ts';
import { CURSOR } from './cursor/index.ts';
import { GEMINI_CLI } from './gemini-cli/index.ts';
import { OPENCODE } from './opencode/index.ts';
import { WINDSURF } from './windsurf/index.ts';
import { CLINE } from './cline/index.ts';
import { ROO_CODE } from './roo-code/index.ts';
import { KILO_CODE } from './kilo-code/index.ts';
import { CONTINUE } from './continue/index.ts';
import { ZED } from './zed/index.ts';
import { JETBRAINS_AI } from './jetbrains-ai/index.ts';
import { JUNIE } from './junie/index.ts';
import { KIRO } from './kiro/index.ts';
import { ANTIGRAVITY } from './antigravity/index.ts';
import { AUGMENT } from './augment/index.ts';
import { TRAE } from './trae/index.ts';
import { VOID } from './void/index.ts';
import { QODER } from './qoder/index.ts';
import { WARP } from './warp/index.ts';
import { CHATGPT_DESKTOP } from './chatgpt-desktop/index.ts';
import { LM_STUDIO } from './lm-studio/index.ts';
import { OLLAMA } from './ollama/index.ts';
import { JAN } from './jan/index.ts';
import { VISUAL_STUDIO } from './visual-studio/index.ts';
import { XCODE } from './xcode/index.ts';
import { BOLTAI } from './boltai/index.ts';
import { WITSY } from './witsy/index.ts';
import { ENCONVO } from './enconvo/index.ts';
import { TOME } from './tome/index.ts';
import { ANYTHINGLLM } from './anythingllm/index.ts';
import { SEMA4 } from './sema4/index.ts';
import { CHERRY_STUDIO } from './cherry-studio/index.ts';
import { FIVE_IRE } from './five-ire/index.ts';
import { DOCKER_MCP } from './docker-mcp/index.ts';
import { AMAZON_Q } from './amazon-q/index.ts';
import { TABNINE } from './tabnine/index.ts';
import { CODY } from './cody/index.ts';
import { GEMINI_CODE_ASSIST } from './gemini-code-assist/index.ts';
import { QODO } from './qodo/index.ts';
import { MCPORTER } from './mcporter/index.ts';
import { GPT4ALL } from './gpt4all/index.ts';
import { MSTY } from './msty/index.ts';
import { QWEN_CODE } from './qwen-code/index.ts';
import { AMP } from './amp/index.ts';
import { CRUSH } from './crush/index.ts';
import { GOOSE } from './goose/index.ts';
import { DROID } from './droid/index.ts';
import { AIDER } from './aider/index.ts';
import { KIMI } from './kimi/index.ts';
import { PI } from './pi/index.ts';
import { OPENCLAW } from './openclaw/index.ts';
import { HERMES } from './hermes/index.ts';
import { GROK } from './grok/index.ts';
import { MISTRAL_VIBE } from './mistral-vibe/index.ts';
import { IFLOW } from './iflow/index.ts';
import { OPENHANDS } from './openhands/index.ts';
import { GPTME } from './gptme/index.ts';
import { CODEBUFF } from './codebuff/index.ts';
import { FORGE } from './forge/index.ts';
import { CORTEX_CODE } from './cortex-code/index.ts';
import { PLANDEX } from './plandex/index.ts';
import { CAGENT } from './cagent/index.ts';
import { ABACUS } from './abacus/index.ts';
import { ZEPTOCLAW } from './zeptoclaw/index.ts';
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
  WINDSURF,
  CLINE,
  ROO_CODE,
  KILO_CODE,
  CONTINUE,
  ZED,
  JETBRAINS_AI,
  JUNIE,
  KIRO,
  ANTIGRAVITY,
  AUGMENT,
  TRAE,
  VOID,
  QODER,
  WARP,
  CHATGPT_DESKTOP,
  LM_STUDIO,
  OLLAMA,
  JAN,
  VISUAL_STUDIO,
  XCODE,
  BOLTAI,
  WITSY,
  ENCONVO,
  TOME,
  ANYTHINGLLM,
  SEMA4,
  CHERRY_STUDIO,
  FIVE_IRE,
  DOCKER_MCP,
  AMAZON_Q,
  TABNINE,
  CODY,
  GEMINI_CODE_ASSIST,
  QODO,
  MCPORTER,
  GPT4ALL,
  MSTY,
  QWEN_CODE,
  AMP,
  CRUSH,
  GOOSE,
  DROID,
  AIDER,
  KIMI,
  PI,
  OPENCLAW,
  HERMES,
  GROK,
  MISTRAL_VIBE,
  IFLOW,
  OPENHANDS,
  GPTME,
  CODEBUFF,
  FORGE,
  CORTEX_CODE,
  PLANDEX,
  CAGENT,
  ABACUS,
  ZEPTOCLAW,
];
