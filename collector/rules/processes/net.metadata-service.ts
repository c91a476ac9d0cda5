import type { ProcessRule } from '../rule.ts';
import { classifyHost } from '../shared/hosts.ts';
import { called, exampleConnect, exampleListen, programOf } from '../shared/process-look.ts';

/** Tools of the clouds ask the service by themselves when they find no other account. */
const CLOUD_TOOLS = new Set([
  'aws',
  'gcloud',
  'gsutil',
  'bq',
  'az',
  'azcopy',
  'terraform',
  'tofu',
  'pulumi',
  'packer',
  'cloud-init',
]);

export const netMetadataService: ProcessRule = {
  on: 'process',
  id: 'net.metadata-service',
  code: 'N-05',
  title: 'Agent asks the cloud for the account of the machine',
  severity: 'high',
  confidence: 'high',
  why: 'At this address a cloud machine gets the keys of its own account. Whoever reads them can act as the machine.',
  triage: 'Is this a cloud machine, and which command asked?',
  advice:
    'Change the keys of the machine if the command was not yours. Allow the service with session tokens only.',
  falsePositives: ['Libraries of the clouds that look for an account on every machine.'],
  references: ['https://attack.mitre.org/techniques/T1552/005/'],
  taxonomies: { attack: ['T1552.005'], atlas: [], owasp: ['MCP05'] },
  bundles: ['SEC'],
  match(fact) {
    if (fact.kind !== 'connection' || fact.change.kind !== 'connect') return [];
    const { remote } = fact.change.connection;
    if (classifyHost(remote.address) !== 'metadata') return [];
    const tool = CLOUD_TOOLS.has(programOf(fact.process));
    return [
      {
        subject: `${programOf(fact.process)}>${remote.address}`,
        detail: `${called(fact.process)} connects to ${remote.address}, where a cloud machine gets its keys.`,
        ...(tool ? { severity: 'low' } : {}),
      },
    ];
  },
  examples: {
    hit: [
      { name: 'curl', fact: exampleConnect('curl http://x', '169.254.169.254', 80) },
      { name: 'container credentials', fact: exampleConnect('python3 x.py', '169.254.170.2', 80) },
      { name: 'IPv6', fact: exampleConnect('node x.js', 'fd00:ec2::254', 80) },
      { name: 'tool of a cloud (low)', fact: exampleConnect('aws s3 ls', '169.254.169.254', 80) },
    ],
    miss: [
      {
        name: 'web server',
        guards: 'ordinary addresses',
        fact: exampleConnect('curl https://example.com', '192.0.2.80', 443),
      },
      { name: 'other link-local', guards: 'printers', fact: exampleConnect('curl x', '169.254.10.10', 80) },
      {
        name: 'local server',
        guards: 'test doubles of the service',
        fact: exampleConnect('curl x', '127.0.0.1', 80),
      },
      { name: 'listener', guards: 'not a connection', fact: exampleListen('node x', '127.0.0.1', 80) },
    ],
  },
};
