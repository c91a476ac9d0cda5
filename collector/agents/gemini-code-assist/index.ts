import type { AgentSpec } from '../spec.ts';
import { discovery } from '../shared/declare.ts';

/** Shares `~/.gemini/settings.json` with Gemini CLI, which reads it. */
export const GEMINI_CODE_ASSIST: AgentSpec = {
  id: 'gemini-code-assist',
  name: 'Gemini Code Assist',
  vendor: 'Google',
  kind: 'extension',
  evidence: 'reports',
  discovery: discovery({
    installs: [
      { kind: 'extension', id: 'google.geminicodeassist' },
      { kind: 'path', method: 'state', path: '{appSupport}/google-vscode-extension' },
    ],
    process: { names: ['cloudcode_cli'], scripts: ['geminicodeassist'] },
  }),
  logs: [],
};
