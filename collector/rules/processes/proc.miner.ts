import type { ProcessRule } from '../rule.ts';
import { called, exampleProcess, programOf } from '../shared/process-look.ts';

const MINERS = new Set([
  'xmrig',
  'xmr-stak',
  'minerd',
  'cpuminer',
  'ethminer',
  't-rex',
  'nbminer',
  'lolminer',
  'phoenixminer',
  'cgminer',
  'bfgminer',
  'nanominer',
  'srbminer',
  'xmrig-cuda',
]);
const ARGUMENTS =
  /^(?:stratum\+(?:tcp|ssl|udp):\/\/|stratum1?\+|--donate-level\b|--coin=?monero|--algo=(?:rx\/0|randomx|ethash|kawpow))/i;

export const procMiner: ProcessRule = {
  on: 'process',
  id: 'proc.miner',
  code: 'N-04',
  title: 'Agent runs a cryptocurrency miner',
  severity: 'high',
  confidence: 'high',
  why: 'A program below the agent mines cryptocurrency for somebody else with your machine.',
  triage: 'Which tool call, package or script brought it?',
  advice: 'End the session and the program, and remove what brought it.',
  falsePositives: ['Work on mining software itself.'],
  references: ['https://attack.mitre.org/techniques/T1496/001/'],
  taxonomies: { attack: ['T1496.001'], atlas: [], owasp: ['ASI05'] },
  bundles: ['MAL'],
  match(fact) {
    if (fact.kind !== 'process' || fact.attribution.role === 'agent') return [];
    const { process } = fact;
    if (!MINERS.has(programOf(process)) && !process.argv.slice(1, 200).some((arg) => ARGUMENTS.test(arg)))
      return [];
    return [{ subject: programOf(process), detail: `${called(process)} looks like a miner.` }];
  },
  examples: {
    hit: [
      { name: 'known name', fact: exampleProcess('./xmrig') },
      {
        name: 'other name, pool as argument',
        fact: exampleProcess('./kworker -o stratum+tcp://pool.example.com:3333'),
      },
      { name: 'option of a miner', fact: exampleProcess('./a --donate-level 1') },
    ],
    miss: [
      { name: 'build', guards: 'work that takes all cores', fact: exampleProcess('cargo build --release') },
      { name: 'search', guards: 'the word in a pattern', fact: exampleProcess('rg xmrig src') },
      {
        name: 'text about it',
        guards: 'the address inside a text',
        fact: exampleProcess('grep -r see:stratum+tcp://x docs'),
      },
    ],
  },
};
