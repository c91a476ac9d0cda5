import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { detectProcess } from '../../../collector/pipeline/detect-process.ts';
import { PROCESS_RULES } from '../../../collector/rules/processes.ts';
import { exampleProcess } from '../../../collector/rules/shared/process-look.ts';

const T = 1_800_000_000_000;
const failed: string[] = [];
const deps = {
  hash: (text: string): string => createHash('sha256').update(text).digest('hex'),
  ruleFailed: (id: string): void => void failed.push(id),
  timeMs: T,
};

describe('detectProcess', () => {
  it('gives the same finding for the same fact, with its session and tool call', () => {
    const fact = exampleProcess('./xmrig -o stratum+tcp://pool.example.com:3333');
    const [finding, ...more] = detectProcess(fact, PROCESS_RULES, deps);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      ruleId: 'proc.miner',
      severity: 'high',
      sessionId: 'claude-code:example',
      subject: { kind: 'process', value: 'xmrig', agentId: 'claude-code', cwd: '/home/dev/app' },
      firstSeenMs: T,
      count: 1,
      status: 'open',
    });
    expect(detectProcess(fact, PROCESS_RULES, deps)[0]?.id).toBe(finding?.id);
  });

  it('lets no secret through that a rule quotes', () => {
    const secret = ['ghp_', 'q7'.repeat(18)].join('');
    const fact = exampleProcess('claude', { loads: { LD_PRELOAD: `/x/${secret}.so` } }, { role: 'agent' });
    const findings = detectProcess(fact, PROCESS_RULES, deps);
    expect(findings.map(({ ruleId }) => ruleId)).toContain('env.injection');
    expect(JSON.stringify(findings)).not.toContain(secret);
  });

  it('goes on when a rule throws, and says which', () => {
    const [rule] = PROCESS_RULES;
    if (rule === undefined) throw new Error('no rules');
    const broken = {
      ...rule,
      match: (): never => {
        throw new Error('bug');
      },
    };
    const found = detectProcess(exampleProcess('./xmrig'), [broken, ...PROCESS_RULES], deps);
    expect(found).toHaveLength(1);
    expect(failed).toEqual([rule.id]);
  });
});
