import type { ProcessRule } from '../rule.ts';
import { modelVendorOf, OWN_VENDOR } from '../shared/model-hosts.ts';
import { called, exampleConnect, exampleListen, isInside, programOf } from '../shared/process-look.ts';

/** Nobody writes an application in these: who asks a model with them passes something on. */
const CARRIERS = /^(?:curl|wget|http|https|xh|nc|ncat|socat|openssl|sh|bash|zsh|dash|powershell|pwsh)$/;

export const netModelEndpointAnomaly: ProcessRule = {
  on: 'process',
  id: 'net.model-endpoint-anomaly',
  code: 'N-08',
  title: 'Model asked from an unexpected place',
  severity: 'high',
  confidence: 'medium',
  why: 'An agent that asks another vendor, or a shell command that asks a model itself, takes what it reads to a place that nobody approved, or gets its orders from there.',
  triage: 'Which vendor is it, with whose key, and did somebody set it up?',
  advice: 'Look at the settings of the agent and at the command. Change keys that were used.',
  falsePositives: ['Agents that were set up for several vendors.', 'Trying out a model interface by hand.'],
  references: ['https://attack.mitre.org/techniques/T1102/'],
  taxonomies: { attack: ['T1102'], atlas: ['AML.T0096', 'AML.T0108'], owasp: ['ASI05'] },
  bundles: ['DLP', 'INV'],
  match(fact) {
    if (fact.kind !== 'connection' || fact.change.kind !== 'connect') return [];
    const host = fact.change.hosts.find((name) => modelVendorOf(name) !== undefined);
    const vendor = host === undefined ? undefined : modelVendorOf(host);
    if (host === undefined || vendor === undefined) return [];
    const { role, agentId = '' } = fact.attribution;
    const program = programOf(fact.process);
    if (role === 'agent') {
      const own = OWN_VENDOR[agentId];
      if (own === undefined || own === vendor) return [];
      return [
        { subject: `${agentId}>${host}`, detail: `${agentId} talks to ${host}, which is not its vendor.` },
      ];
    }
    const path = fact.process.executable ?? fact.process.argv[0] ?? '';
    if (!CARRIERS.test(program) || isInside(path, fact.workspace)) return [];
    return [
      {
        subject: `${program}>${host}`,
        detail: `${called(fact.process)}, started by ${agentId}, asks a model at ${host}.`,
        severity: 'medium',
      },
    ];
  },
  examples: {
    hit: [
      {
        name: 'agent of another vendor',
        fact: exampleConnect('claude', '192.0.2.9', 443, {}, ['openrouter.ai'], {
          role: 'agent',
          above: [['zsh']],
        }),
      },
      {
        name: 'shell command (medium)',
        fact: exampleConnect('curl -s https://api.openai.com/v1/x', '192.0.2.9', 443, {}, ['api.openai.com']),
      },
      {
        name: 'codex at a third vendor',
        fact: exampleConnect('codex', '192.0.2.9', 443, {}, ['api.deepseek.com'], {
          role: 'agent',
          agentId: 'codex',
          above: [['zsh']],
        }),
      },
    ],
    miss: [
      {
        name: 'own vendor',
        guards: 'what the agent is for',
        fact: exampleConnect('claude', '192.0.2.9', 443, {}, ['api.anthropic.com'], {
          role: 'agent',
          above: [['zsh']],
        }),
      },
      {
        name: 'application under development',
        guards: 'work on programs that use models',
        fact: exampleConnect('python3 app.py', '192.0.2.9', 443, {}, ['api.openai.com']),
      },
      {
        name: 'agent of many vendors',
        guards: 'agents that let people choose',
        fact: exampleConnect('opencode', '192.0.2.9', 443, {}, ['api.x.ai'], {
          role: 'agent',
          agentId: 'opencode',
          above: [['zsh']],
        }),
      },
      {
        name: 'name not known',
        guards: 'addresses without names',
        fact: exampleConnect('curl https://x', '192.0.2.9', 443),
      },
      { name: 'listener', guards: 'local models', fact: exampleListen('ollama serve', '127.0.0.1', 11_434) },
    ],
  },
};
