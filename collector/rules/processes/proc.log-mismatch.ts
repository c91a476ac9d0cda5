import type { Disagreement, ProcessFact } from '../../contract/attribution.ts';
import type { ProcessRule } from '../rule.ts';
import { called, examplePlace, programOf } from '../shared/process-look.ts';

const fact = (disagreement: Disagreement): ProcessFact => ({ kind: 'disagreement', disagreement });
const ids = { agentId: 'claude-code', sessionId: 'claude-code:example' } as const;

export const procLogMismatch: ProcessRule = {
  on: 'process',
  id: 'proc.log-mismatch',
  code: 'N-12',
  title: 'What ran is not what the log says',
  severity: 'high',
  confidence: 'medium',
  why: 'The record of the agent and the processes of the machine do not agree. Either something ran that the agent did not write down, or it wrote down what did not run.',
  triage: 'Which of the two is true, and did the agent change its version or format lately?',
  advice: 'Look at the session and the process. Update Reeve if the agent was updated.',
  falsePositives: ['A new version of an agent with helpers of its own.', 'Commands that a hook ran.'],
  references: ['https://attack.mitre.org/techniques/T1562/'],
  taxonomies: { attack: ['T1562'], atlas: ['AML.T0107'], owasp: ['MCP08'] },
  bundles: ['MON'],
  match(given) {
    if (given.kind !== 'disagreement') return [];
    const { disagreement } = given;
    switch (disagreement.kind) {
      case 'unexplained-process':
        return [
          {
            subject: programOf(disagreement.process),
            detail: `${called(disagreement.process)} ran below ${disagreement.agentId}, and no tool call explains it.`,
          },
        ];
      case 'missing-process':
        return [
          {
            subject: disagreement.program,
            detail: `The log of ${disagreement.agentId} says that ${disagreement.program} ran, but no such process was seen.`,
            severity: 'medium',
          },
        ];
      case 'silent-log':
        return [
          {
            subject: disagreement.agentId,
            detail: `${disagreement.agentId} (pid ${disagreement.agentProcess.pid}) started ${disagreement.processes} programs, but wrote nothing to its log for ${Math.floor(disagreement.silentMs / 1_000)} seconds.`,
          },
        ];
    }
  },
  examples: {
    hit: [
      {
        name: 'not written down',
        fact: fact({ kind: 'unexplained-process', process: examplePlace('curl x').process, ...ids }),
      },
      { name: 'did not run', fact: fact({ kind: 'missing-process', callId: 'c1', program: 'npm', ...ids }) },
      {
        name: 'silent',
        fact: fact({
          kind: 'silent-log',
          agentId: 'codex',
          agentProcess: { pid: 9, startTimeMs: 1 },
          processes: 5,
          silentMs: 90_000,
        }),
      },
    ],
    miss: [
      { name: 'a process', guards: 'other facts', fact: { kind: 'process', ...examplePlace('curl x') } },
      {
        name: 'a survivor',
        guards: 'other facts',
        fact: { kind: 'survivor', ...examplePlace('curl x'), afterMs: 1, connected: false },
      },
      { name: 'a fan-out', guards: 'other facts', fact: { kind: 'fanout', running: 1, depth: 1, ...ids } },
    ],
  },
};
