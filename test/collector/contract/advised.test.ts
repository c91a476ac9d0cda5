import { describe, expect, it } from 'vitest';
import { advisedAction } from '../../../collector/contract/advised.ts';
import type { Finding } from '../../../collector/contract/finding.ts';
import { findingStory } from '../../../collector/contract/finding-story.ts';
import { SEVERITIES } from '../../../collector/contract/severity.ts';
import { finding } from '../../support/records.ts';

const words = {
  stop: /^Stop the session/,
  pause: /^Pause the session/,
  change: /^Change this/,
  nothing: /^Nothing/,
};

describe('the action that is advised', () => {
  it('is the one that the story says in words', () => {
    for (const kind of ['tool-call', 'session', 'process', 'mcp-server', 'config'] as const)
      for (const severity of SEVERITIES)
        for (const status of ['open', 'acknowledged'] as const) {
          const one: Finding = {
            ...finding('f'),
            status,
            severity,
            subject: { kind: kind, value: 'x' },
          };
          const advised = advisedAction(one);
          if (advised !== 'look') expect(findingStory(one, undefined).whatWeWouldDo).toMatch(words[advised]);
        }
    const critical = { ...finding('f'), status: 'open', severity: 'critical' } as const;
    expect(advisedAction({ ...critical, subject: { kind: 'tool-call', value: 'x' } })).toBe('stop');
  });
});
