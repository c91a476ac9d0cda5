import type { ProcessFact } from '../../contract/attribution.ts';
import type { ProcessRule } from '../rule.ts';

const MAX_RUNNING = 8;
const MAX_DEPTH = 2;

const fanout = (running: number, depth: number): ProcessFact => ({
  kind: 'fanout',
  agentId: 'claude-code',
  sessionId: 'claude-code:example',
  running,
  depth,
});

export const agentFanout: ProcessRule = {
  on: 'process',
  id: 'agent.fanout',
  code: 'B-45',
  title: 'Many agents below one session',
  severity: 'medium',
  confidence: 'medium',
  why: 'One session runs so many agents, or agents in agents, that no person can follow what they do.',
  triage: 'Did somebody ask for parallel work, and does it come to an end?',
  advice: 'Stop the session if nobody asked for this, and set a limit for sub-agents.',
  falsePositives: ['Workflows that run many agents in parallel on purpose.'],
  references: ['https://genai.owasp.org/'],
  taxonomies: { attack: [], atlas: ['AML.T0124'], owasp: ['ASI08'] },
  bundles: ['OVR'],
  match(fact) {
    if (fact.kind !== 'fanout' || (fact.running <= MAX_RUNNING && fact.depth <= MAX_DEPTH)) return [];
    const { running, depth, sessionId } = fact;
    return [
      {
        subject: sessionId,
        detail: `${running} agents run below one session, nested ${depth} deep.`,
        wholeRun: true,
      },
    ];
  },
  examples: {
    hit: [
      { name: 'many at once', fact: fanout(9, 1) },
      { name: 'agents in agents in agents', fact: fanout(3, 3) },
      { name: 'both', fact: fanout(40, 6) },
    ],
    miss: [
      { name: 'none', guards: 'ordinary sessions', fact: fanout(0, 0) },
      { name: 'one helper', guards: 'a second opinion', fact: fanout(1, 1) },
      { name: 'a handful', guards: 'parallel reviews', fact: fanout(8, 2) },
    ],
  },
};
