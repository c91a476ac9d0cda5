import type { AgentSpec } from '../spec.ts';
import { discovery } from '../shared/declare.ts';

/** ChatGPT and Codex apps; the Codex surface uses `~/.codex`, which the agent `codex` reads. Classic chats are encrypted. */
export const CHATGPT_DESKTOP: AgentSpec = {
  id: 'chatgpt-desktop',
  name: 'ChatGPT desktop',
  vendor: 'OpenAI',
  kind: 'desktop',
  evidence: 'reports',
  discovery: discovery({
    installs: [
      { kind: 'bundle', name: 'ChatGPT' },
      { kind: 'bundle', name: 'Codex' },
      { kind: 'bundle', name: 'ChatGPT Atlas' },
      { kind: 'path', method: 'installer', path: '{localAppData}/Programs/ChatGPT', on: ['win32'] },
      {
        kind: 'path',
        method: 'store',
        path: '{localAppData}/Packages/OpenAI.ChatGPT-Desktop_2p2nqsd0c76g0',
        on: ['win32'],
      },
      {
        kind: 'path',
        method: 'store',
        path: '{localAppData}/Packages/OpenAI.Codex_2p2nqsd0c76g0',
        on: ['win32'],
      },
      { kind: 'command', name: 'chatgpt' },
    ],
    process: {
      names: ['chatgpt', 'chatgpt atlas', 'codex'],
      paths: [
        'chatgpt.app/',
        'chatgpt atlas.app/',
        'codex.app/',
        '/programs/chatgpt/',
        '/windowsapps/openai.',
      ],
      notArguments: ['--type='],
    },
  }),
  logs: [],
};
