import type { AgentSpec } from '../spec.ts';
import { discovery } from '../shared/declare.ts';
import { OLLAMA_LOGS } from './log.ts';

/** Local inference. `ollama launch` rewrites the settings of other agents. */
export const OLLAMA: AgentSpec = {
  id: 'ollama',
  name: 'Ollama',
  vendor: 'Ollama',
  kind: 'runtime',
  evidence: 'code',
  discovery: discovery({
    installs: [
      { kind: 'bundle', name: 'Ollama' },
      { kind: 'command', name: 'ollama' },
      { kind: 'homebrew', name: 'ollama' },
      { kind: 'winget', name: 'Ollama.Ollama' },
      { kind: 'path', method: 'installer', path: '{localAppData}/Programs/Ollama', on: ['win32'] },
    ],
    process: { names: ['ollama', 'ollama app'], notArguments: ['--type=', 'runner'] },
  }),
  logs: OLLAMA_LOGS,
};
