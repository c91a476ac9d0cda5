import type { ProcessRule } from '../rule.ts';
import { asksNobody, called, exampleProcess } from '../shared/process-look.ts';

export const agentSpawnsAgent: ProcessRule = {
  on: 'process',
  id: 'agent.spawns-agent',
  code: 'B-44',
  title: 'Agent started another agent',
  severity: 'high',
  confidence: 'high',
  why: 'The second agent has its own permissions. What the first one may not do, the second one may be told to do, and nobody is asked.',
  triage: 'Which tool call started it, and does the second agent ask before it acts?',
  advice:
    'Stop the inner agent unless you asked for it. Let agents start others only with the permissions of the first.',
  falsePositives: ['Orchestrators and test harnesses that run agents on purpose.'],
  references: ['https://attack.mitre.org/techniques/T1059/'],
  taxonomies: { attack: ['T1059'], atlas: ['AML.T0103'], owasp: ['ASI07', 'ASI08'] },
  bundles: ['OVR', 'MON'],
  match(fact) {
    if (fact.kind !== 'process' || fact.attribution.role !== 'agent') return [];
    const inner = fact.attribution.agentId;
    // A launcher and what it launches stand next to each other; another agent has a shell or a script between.
    const at = fact.ancestors.findIndex(({ agentId }) => agentId !== undefined);
    const outer = fact.ancestors[at];
    if (inner === undefined || outer?.agentId === undefined || (at === 0 && outer.agentId === inner))
      return [];
    const bypass = asksNobody(fact.process);
    return [
      {
        subject: `${outer.agentId}>${inner}`,
        detail: `${outer.agentId} (pid ${outer.process.pid}) started ${inner} as ${called(fact.process)}${bypass ? ', which asks nobody before it acts' : ''}.`,
        severity: bypass ? 'critical' : outer.agentId === inner ? 'medium' : 'high',
      },
    ];
  },
  examples: {
    hit: [
      {
        name: 'other vendor without questions (critical)',
        fact: exampleProcess(
          'codex exec --dangerously-bypass-approvals-and-sandbox fix',
          {},
          { role: 'agent', agentId: 'codex' },
        ),
      },
      {
        name: 'other vendor',
        fact: exampleProcess('gemini -p review', {}, { role: 'agent', agentId: 'gemini-cli' }),
      },
      {
        name: 'itself, through a shell (medium)',
        fact: exampleProcess('claude -p review', {}, { role: 'agent' }),
      },
      {
        name: 'directly, without a shell',
        fact: exampleProcess(
          'codex exec x',
          {},
          { role: 'agent', agentId: 'codex', above: [['claude', 'claude-code'], ['zsh']] },
        ),
      },
    ],
    miss: [
      {
        name: 'agent of a person',
        guards: 'the usual start',
        fact: exampleProcess('claude', {}, { role: 'agent', above: [['zsh'], ['kitty']] }),
      },
      {
        name: 'launcher and agent',
        guards: 'npm shims and relaunches',
        fact: exampleProcess(
          'codex',
          {},
          { role: 'agent', agentId: 'codex', above: [['node /usr/lib/codex.js', 'codex'], ['zsh']] },
        ),
      },
      { name: 'ordinary child', guards: 'tools of the agent', fact: exampleProcess('npm test') },
      { name: 'grep for a name', guards: 'a name as an argument', fact: exampleProcess('rg claude src') },
    ],
  },
};
