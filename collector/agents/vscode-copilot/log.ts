import type { LogFormat } from '../spec-log.ts';
import { CHAT, CHAT_DOCUMENT } from './log-chat.ts';
import { TRANSCRIPT } from './log-transcript.ts';

/** Session logs of GitHub Copilot in VS Code: its chats in both forms, and the transcripts it keeps for hooks. */
export const VSCODE_COPILOT_LOGS: readonly LogFormat[] = [CHAT, CHAT_DOCUMENT, TRANSCRIPT];
