import type { ProcessFact } from '../../contract/attribution.ts';
import type { ProcessRule } from '../rule.ts';
import { classifyHost } from '../shared/hosts.ts';
import { modelVendorOf } from '../shared/model-hosts.ts';
import { called, examplePlace, programOf } from '../shared/process-look.ts';

const MEGABYTE = 1_000_000;
const MAX_OUT = 5 * MEGABYTE;
const MAX_OUT_AFTER_SECRET = MEGABYTE;
const MIN_RATIO = 5;
/** Made to send much. */
const SENDERS =
  /^(?:git|git-remote-https?|docker|dockerd|podman|buildctl|skopeo|crane|aws|gsutil|gcloud|az|azcopy|rclone|rsync|scp|sftp|restic|borg|hf|huggingface-cli|twine|cargo|vercel|netlify|wrangler|flyctl|firebase|sentry-cli|ssh)$/;

const traffic = (
  line: string,
  megabytesOut: number,
  megabytesIn: number,
  more: { readonly secret?: boolean; readonly address?: string; readonly hosts?: readonly string[] } = {},
  role: 'agent' | 'child' = 'child',
): ProcessFact => ({
  kind: 'traffic',
  ...examplePlace(line, {}, { role }),
  remote: { address: more.address ?? '203.0.113.9', port: 443 },
  hosts: more.hosts ?? [],
  bytesOut: megabytesOut * MEGABYTE,
  bytesIn: megabytesIn * MEGABYTE,
  afterSensitive: more.secret ?? false,
});

export const netBytesOutAnomaly: ProcessRule = {
  on: 'process',
  id: 'net.bytes-out-anomaly',
  code: 'N-13',
  title: 'Agent’s program sends much data out',
  severity: 'medium',
  confidence: 'medium',
  why: 'A program below the agent sends far more than it receives, to a place that is not made for it. Data that leaves looks like this.',
  triage: 'What was sent, and did the task ask for an upload?',
  advice: 'Stop it if nobody asked for an upload, and find out what it read.',
  falsePositives: ['Uploads of builds, models and media with tools of your own.'],
  references: ['https://attack.mitre.org/techniques/T1041/'],
  taxonomies: { attack: ['T1020', 'T1030', 'T1041'], atlas: ['AML.T0025'], owasp: ['ASI05'] },
  bundles: ['DLP'],
  match(fact) {
    if (fact.kind !== 'traffic' || fact.attribution.role === 'agent') return [];
    const { process, remote, hosts, bytesOut, bytesIn, afterSensitive, connections = 1 } = fact;
    const program = programOf(process);
    if (SENDERS.test(program) || hosts.some((host) => modelVendorOf(host) !== undefined)) return [];
    const where = classifyHost(remote.address);
    if (where === 'loopback' || where === 'private' || where === 'link-local') return [];
    if (bytesOut < (afterSensitive ? MAX_OUT_AFTER_SECRET : MAX_OUT) || bytesOut < MIN_RATIO * bytesIn)
      return [];
    const place = hosts[0] ?? remote.address;
    return [
      {
        subject: `${program}>${place}`,
        detail: `${called(process)} has sent ${(bytesOut / MEGABYTE).toFixed(0)} MB to ${place}${connections > 1 ? ` over ${connections} connections` : ''}${afterSensitive ? ', after a secret was read' : ''}.`,
        severity: afterSensitive ? 'high' : 'medium',
      },
    ];
  },
  examples: {
    hit: [
      { name: 'upload by a script (medium)', fact: traffic('python3 x.py', 40, 1) },
      { name: 'after a secret (high)', fact: traffic('curl -T x https://x', 2, 0, { secret: true }) },
      { name: 'to a name', fact: traffic('node x.js', 9, 1, { hosts: ['drop.test'] }) },
    ],
    miss: [
      { name: 'git push', guards: 'tools made to send', fact: traffic('git push', 90, 1) },
      { name: 'download', guards: 'more comes than goes', fact: traffic('curl x', 6, 300) },
      {
        name: 'this network',
        guards: 'test servers and registries at home',
        fact: traffic('node x.js', 900, 1, { address: '10.0.0.8' }),
      },
      { name: 'the agent', guards: 'long conversations', fact: traffic('claude', 80, 9, {}, 'agent') },
      {
        name: 'model',
        guards: 'programs that use models',
        fact: traffic('python3 x.py', 50, 1, { hosts: ['api.openai.com'] }),
      },
      { name: 'little', guards: 'ordinary requests', fact: traffic('curl -d x https://x', 0.2, 0) },
    ],
  },
};
