import type { AuditRecord } from '../../collector/contract/action.ts';

const VERBS: Readonly<Record<string, string>> = {
  pause: 'paused',
  resume: 'resumed',
  kill: 'killed',
  restore: 'put back',
  revoke: 'revoked',
  'privileges.apply': 'narrowed',
  'quarantine.add': 'took … out of use',
  'actions.undo': 'took back',
  'finding.acknowledge': 'acknowledged',
  'finding.reopen': 'opened again',
  'finding.suppress': 'hid',
  'approval.approve': 'approved',
  'approval.deny': 'denied',
  'setting.set': 'set',
  'credential.check': 'asked the provider about',
  'copies.remove': 'removed the copy of',
};

/** What has a name only inside Reeve is said by its kind; what happened to it stands in the line below. */
const NAMELESS: Readonly<Record<string, string>> = {
  finding: 'a finding',
  suppression: 'findings',
  tuning: 'a judgement',
  mcpServer: 'an MCP server',
  skill: 'a skill',
  hook: 'a hook',
  credential: 'a credential',
};

/** `root paused the session claude-code:7b40` in parts: who, did what, to what. */
export function auditWords(record: AuditRecord): {
  readonly who: string;
  readonly verb: string;
  /** Words behind the target. */
  readonly after: string;
  readonly target: string;
  /** What the target is when its name says nothing to a person. */
  readonly kind: string | undefined;
} {
  const words = VERBS[record.action] ?? record.action.replaceAll(/[._-]+/g, ' ');
  const [verb = words, after = ''] = words.split(' … ');
  const { target } = record;
  return {
    who: record.actor.via === 'policy' ? 'The policy' : record.actor.user,
    verb,
    after,
    target: target.kind === 'process' ? `process ${target.pid}` : target.id,
    kind: NAMELESS[target.kind],
  };
}

export const VIA_WORDS = { cli: 'command line', app: 'window', policy: 'policy' } as const;

export const RESULT_LOOKS = {
  done: { words: 'done', severity: 'ok' },
  refused: { words: 'refused', severity: 'low' },
  failed: { words: 'failed', severity: 'high' },
} as const;
