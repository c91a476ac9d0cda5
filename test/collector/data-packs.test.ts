import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AdvisoryPack } from '../../collector/contract/advisory.ts';
import { loadPacks, packPlace } from '../../collector/data-packs.ts';
import { loadRuleSet, type RuleSet } from '../../collector/rule-set.ts';
import { RuleWatch } from '../../collector/rule-watch.ts';
import { BUILT_IN_PACK } from '../../collector/rules/data/advisories.ts';
import { RULES } from '../../collector/rules/index.ts';
import { serverFact } from '../../collector/rules/shared/example-facts.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519');
let folder = '';
const rules = (): string => join(folder, 'rules');
const TIME = { today: '2026-12-01', newest: 0 };
const load = (time = TIME) => loadPacks(packPlace(rules()), BUILT_IN_PACK, time);

function policy(key: string = publicKey.export({ type: 'spki', format: 'pem' }).toString()): void {
  writeFileSync(join(folder, 'policy.json'), JSON.stringify({ advisories: { publicKey: key } }));
}

function put(name: string, pack: unknown, by = privateKey): string {
  const path = join(folder, 'packs', name);
  const body = typeof pack === 'string' ? pack : JSON.stringify(pack);
  writeFileSync(path, body);
  writeFileSync(`${path}.sig`, sign(null, Buffer.from(body), by).toString('base64'));
  return path;
}

function newer(version = BUILT_IN_PACK.version + 1): AdvisoryPack {
  return {
    format: 1,
    version,
    date: '2026-12-01',
    entries: [
      {
        kind: 'package',
        ecosystem: 'npm',
        name: 'bad-example-mcp',
        why: 'It is bad for tests.',
        source: 'EX-1',
        date: '2026-12-01',
        severity: 'critical',
      },
      {
        kind: 'domain',
        domain: 'bad.example.com',
        why: 'It is bad for tests.',
        source: 'EX-2',
        date: '2026-12-01',
        severity: 'high',
      },
    ],
  };
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reeve-packs-'));
  mkdirSync(join(folder, 'packs'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('data packs', () => {
  it('built in: are of the right form, with a source and day for each entry', () => {
    expect(AdvisoryPack.safeParse(BUILT_IN_PACK).success).toBe(true);
    expect(load()).toEqual({ pack: BUILT_IN_PACK, problems: [] });
  });

  it('are used when signed by the key in the policy, in PEM or base64, on top of the built-in ones', () => {
    put('a.json', newer());
    for (const key of [undefined, publicKey.export({ type: 'spki', format: 'der' }).toString('base64')]) {
      policy(key);
      const { pack, problems } = load();
      expect(problems).toEqual([]);
      expect(pack.version).toBe(BUILT_IN_PACK.version + 1);
      expect(pack.entries).toHaveLength(BUILT_IN_PACK.entries.length + 2);
    }
  });

  it('are refused without a key, with the signature of somebody else, and when one byte differs', () => {
    const path = put('a.json', newer());
    expect(load().problems[0]?.reason).toMatch(/no key/);
    policy();
    put('a.json', newer(), other.privateKey);
    expect(load().problems).toEqual([{ path, reason: 'its signature is not by the key in the policy' }]);
    put('a.json', newer());
    writeFileSync(path, `${JSON.stringify(newer())} `);
    expect(load().problems[0]?.reason).toMatch(/not by the key/);
    rmSync(`${path}.sig`);
    expect(load()).toMatchObject({ pack: BUILT_IN_PACK, problems: [{ reason: 'its signature is missing' }] });
  });

  it('are refused when they would bring back an older state', () => {
    policy();
    put('a.json', newer(BUILT_IN_PACK.version));
    expect(load()).toMatchObject({
      pack: BUILT_IN_PACK,
      problems: [{ reason: expect.stringMatching(/not newer/) as string }],
    });
  });

  it('do not come back once a newer one was in use, not even when they are signed', () => {
    policy();
    const used = BUILT_IN_PACK.version + 5;
    const path = put('a.json', newer(used - 1));
    expect(load({ ...TIME, newest: used })).toEqual({
      pack: BUILT_IN_PACK,
      problems: [{ path, reason: expect.stringMatching(/not newer/) as string }],
    });
    put('a.json', newer(used));
    expect(load({ ...TIME, newest: used })).toMatchObject({ pack: { version: used }, problems: [] });
  });

  it('still count after their last day, and that is told', () => {
    policy();
    const path = put('a.json', { ...newer(), until: '2026-12-31' });
    expect(load().problems).toEqual([]);
    const later = load({ ...TIME, today: '2027-01-01' });
    expect(later.pack.version).toBe(BUILT_IN_PACK.version + 1);
    expect(later.problems).toEqual([
      { path, reason: expect.stringMatching(/last day was 2026-12-31/) as string },
    ]);
    put('a.json', { ...newer(), until: 'soon' });
    expect(load().problems[0]?.reason).toMatch(/wrong form at until/);
  });

  it('that go back while everything runs are refused, and a new day is a new look', async () => {
    policy();
    const noon = Date.UTC(2026, 11, 1, 12);
    put('a.json', { ...newer(BUILT_IN_PACK.version + 5), until: '2026-12-01' });
    const first = await loadRuleSet([rules()], undefined, noon);
    expect(first.packProblems).toEqual([]);
    expect((await loadRuleSet([rules()], first, noon + 86_400_000)).packProblems).toHaveLength(1);
    put('a.json', newer(BUILT_IN_PACK.version + 4));
    const back = await loadRuleSet([rules()], first, noon);
    expect(back.packProblems[0]?.reason).toMatch(/not newer/);
    expect(back.packVersion).toBe(BUILT_IN_PACK.version + 5);
  });

  it('that go back, or away, over a restart are refused and told', async () => {
    policy();
    const told = new Map<string, string>();
    const start = async (): Promise<RuleWatch> => {
      told.clear();
      const watch = new RuleWatch({
        folders: [rules()],
        packVersionFile: join(folder, 'pack-version'),
        health: {
          raise: (code, _facts, instance) => told.set(`${code} ${String(instance)}`, 'raised'),
          clear: (code, instance) => told.delete(`${code} ${String(instance)}`),
        },
      });
      await watch.start();
      watch.stop();
      return watch;
    };
    const knows = (watch: RuleWatch): boolean =>
      watch.rules.find(({ id }) => id === 'component.vulnerable-or-malicious') !==
      RULES.find(({ id }) => id === 'component.vulnerable-or-malicious');
    const path = put('a.json', newer(BUILT_IN_PACK.version + 5));
    expect(knows(await start())).toBe(true);
    expect([...told]).toEqual([]);
    put('a.json', newer(BUILT_IN_PACK.version + 4));
    expect(knows(await start())).toBe(false);
    expect([...told.keys()]).toEqual([`data-pack-refused ${path}`]);
    for (const name of [path, `${path}.sig`]) rmSync(name);
    const without = await start();
    expect([...told.keys()]).toEqual([`data-pack-refused ${join(folder, 'packs')}`]);
    put('a.json', newer(BUILT_IN_PACK.version + 5));
    expect(await without.look()).toBe(true);
    expect(knows(without)).toBe(true);
    expect([...told]).toEqual([]);
  });

  it('are refused when huge, a link, a folder, half written or of another form', () => {
    policy();
    const huge = put('huge.json', newer());
    truncateSync(huge, 9 * 1024 * 1024);
    symlinkSync('/etc/hostname', join(folder, 'packs', 'link.json'));
    mkdirSync(join(folder, 'packs', 'folder.json'));
    put('half.json', '{"format":1,');
    put('form.json', { ...newer(), format: 2 });
    const reasons = new Map(load().problems.map(({ path, reason }) => [path.split(/[/\\]/).at(-1), reason]));
    expect(reasons.get('huge.json')).toMatch(/larger than/);
    expect(reasons.get('link.json')).toMatch(/link/);
    expect(reasons.get('folder.json')).toMatch(/not an ordinary file/);
    expect(reasons.get('half.json')).toMatch(/not valid JSON/);
    expect(reasons.get('form.json')).toMatch(/wrong form at format/);
    expect(load().pack).toBe(BUILT_IN_PACK);
  });

  it('refuse a key that is none, without throwing', () => {
    put('a.json', newer());
    policy('bm8ga2V5');
    expect(load().problems[0]?.reason).toMatch(/cannot be read as a key/);
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
    policy(rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString());
    expect(load().problems[0]?.reason).toMatch(/no Ed25519 key/);
  });

  it('change what the rule finds while everything runs, and fall back when taken away', async () => {
    policy();
    const fact = serverFact({
      command: 'npx',
      args: ['bad-example-mcp'],
      package: { ecosystem: 'npm', name: 'bad-example-mcp', pinned: false },
    });
    const remote = serverFact({ url: 'https://mcp.bad.example.com/sse' });
    const found = (set: RuleSet): number =>
      set.rules.flatMap((rule) =>
        rule.on === 'inventory' && rule.id.startsWith('component.')
          ? [fact, remote].flatMap((one) => rule.match(one))
          : [],
      ).length;
    const before = await loadRuleSet([rules()]);
    expect(found(before)).toBe(0);
    const path = put('a.json', newer());
    const after = await loadRuleSet([rules()], before);
    expect(found(after)).toBe(2);
    expect(await loadRuleSet([rules()], after)).toBe(after);
    rmSync(path);
    expect(found(await loadRuleSet([rules()], after))).toBe(0);
  });
});
