import type { AgentSpec } from '../spec.ts';
import { discovery } from '../shared/declare.ts';

export const GPT4ALL: AgentSpec = {
  id: 'gpt4all',
  name: 'GPT4All',
  vendor: 'Nomic',
  kind: 'runtime',
  evidence: 'reports',
  discovery: discovery({
    installs: [
      { kind: 'bundle', name: 'gpt4all' },
      { kind: 'path', method: 'state', path: '{appSupport}/nomic.ai/GPT4All', on: ['darwin'] },
      { kind: 'path', method: 'state', path: '~/.local/share/nomic.ai/GPT4All', on: ['linux'] },
      { kind: 'path', method: 'state', path: '{localAppData}/nomic.ai/GPT4All', on: ['win32'] },
    ],
    process: { names: ['gpt4all', 'chat'], paths: ['gpt4all'] },
  }),
  logs: [],
};
