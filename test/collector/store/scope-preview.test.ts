import fc from 'fast-check';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { SEVERITIES } from '../../../collector/contract/finding.ts';
import { Store } from '../../../collector/store/store.ts';
import { finding } from '../../support/records.ts';
import { tempDir } from '../../support/temp.ts';

const opened: Store[] = [];
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
});
function open(): Store {
  const store = Store.open({ path: join(tempDir(), 'reeve.db'), nowMs: () => 1_750_000_000_000 });
  opened.push(store);
  return store;
}

const PLACES = ['/w/shop', '/w/shop/api', '/w/shop2', '/w/../etc', undefined, 'C:\\w\\shop'];
const one = fc.record({
  ruleId: fc.constantFrom('a.b', 'c.d'),
  severity: fc.constantFrom(...SEVERITIES),
  cwd: fc.constantFrom(...PLACES),
  value: fc.constantFrom('/w/shop/.env', '/w/shop/api/.env', 'git push', '~/.ssh/id'),
  path: fc.constantFrom('/w/shop/log', '/var/log/x', undefined),
  status: fc.constantFrom('open' as const, 'acknowledged' as const, 'resolved' as const),
});
const scope = fc
  .record(
    {
      ruleId: fc.constantFrom('a.b', 'c.d'),
      subject: fc.constantFrom('/w/shop/.env', 'git push'),
      project: fc.constantFrom('/w/shop', '/w/shop/', '/w', 'C:\\w'),
      pathPrefix: fc.constantFrom('/w/shop', '/w/shop/api/', '/var'),
    },
    { requiredKeys: [] },
  )
  .filter((value) => Object.keys(value).length > 0);

describe('what a suppression would hide', () => {
  it('is counted as it would be done, whatever the scope', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(
        fc.array(one, { maxLength: 30 }),
        fc.array(scope, { minLength: 4, maxLength: 8 }),
        (all, scopes) => {
          const store = open();
          store.saveFindings(
            all.map(({ ruleId, severity, cwd, value, path, status }, n) =>
              finding(`f${n}`, {
                ruleId,
                severity,
                status,
                lastSeenMs: 1_700_000_000_000 + n,
                subject: { kind: 'tool-call', value, ...(cwd !== undefined && { cwd }) },
                evidence: path === undefined ? [] : [{ path }],
              }),
            ),
          );
          for (const wanted of scopes) {
            const { hide, criticalKept } = store.life.rows.wouldHide(wanted);
            const preview = store.life.rows.preview(wanted, 5);
            expect({ wanted, ...preview, examples: preview.examples.map(({ id }) => id) }).toEqual({
              wanted,
              count: hide.length,
              criticalKept,
              examples: hide.slice(0, 5).map(({ id }) => id),
            });
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is counted without reading each finding', { timeout: 60_000 }, () => {
    const store = open();
    const make = (n: number, ruleId: string) =>
      finding(`${ruleId}${n}`, {
        ruleId,
        subject: { kind: 'tool-call', value: `v${n}`, cwd: `/w/p${n % 40}` },
      });
    store.saveFindings(Array.from({ length: 8_000 }, (_, n) => make(n, 'many')));
    const cpuOf = (run: () => unknown): number => {
      const times = Array.from({ length: 9 }, () => {
        const before = process.cpuUsage();
        run();
        const { user, system } = process.cpuUsage(before);
        return user + system;
      });
      return times.sort((a, b) => a - b)[4] ?? 0;
    };
    for (const wanted of [{ ruleId: 'many' }, { project: '/w' }, { ruleId: 'many', project: '/w/p3' }]) {
      expect(store.life.rows.preview(wanted, 5).examples).toHaveLength(5);
      const whole = cpuOf(() => store.life.rows.wouldHide(wanted));
      expect(cpuOf(() => store.life.rows.preview(wanted, 5)) * 5).toBeLessThan(whole);
    }
  });
});
