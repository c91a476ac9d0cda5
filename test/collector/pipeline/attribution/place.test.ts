import { expect, it } from 'vitest';
import type { ProcessInfo } from '../../../../collector/contract/process.ts';
import { createAttribution, placeOf } from '../../../../collector/pipeline/attribution/index.ts';
import { agentSpawnsAgent } from '../../../../collector/rules/processes/agent.spawns-agent.ts';

const proc = (pid: number, parentPid: number, name: string): ProcessInfo => ({
  pid,
  parentPid,
  name,
  argv: [name],
  cwd: '/w/app',
  startTimeMs: 1_000 + pid,
});

it('gives rules a process with its agents above, so that a nested agent is found', () => {
  const attributor = createAttribution({
    agentOf: ({ name }) => ({ claude: 'claude-code', codex: 'codex' })[name],
  });
  const [zsh, claude, bash, codex] = [
    proc(1, 0, 'zsh'),
    proc(2, 1, 'claude'),
    proc(3, 2, 'bash'),
    proc(4, 3, 'codex'),
  ];
  attributor.processes({
    timeMs: 0,
    changes: [zsh, claude, bash, codex].map((process) => ({ kind: 'start', process })),
  });
  const place = placeOf(codex, [bash, claude, zsh], attributor);
  expect(place?.ancestors.map(({ agentId }) => agentId)).toEqual([undefined, 'claude-code', undefined]);
  expect(place?.workspace).toBe('/w/app');
  expect(place === undefined ? [] : agentSpawnsAgent.match({ kind: 'process', ...place })).toHaveLength(1);
  expect(placeOf(zsh, [], attributor)).toBeUndefined();
});
