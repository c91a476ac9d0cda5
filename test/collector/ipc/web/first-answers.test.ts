import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METHODS } from '../../../../collector/contract/ipc.ts';
import type { ServedHandlers } from '../../../../collector/ipc/dispatch.ts';
import { Encoded } from '../../../../collector/ipc/encoded.ts';
import { dataElement } from '../../../../collector/ipc/web/first-answers.ts';
import { Missed } from '../../../../collector/ipc/web/missed.ts';
import { COOKIE, get, Page, serveWindow, until } from '../../../support/web-window.ts';

const HOSTILE = [
  '</script>',
  '</SCRIPT ',
  '<!--',
  '-->',
  '<script',
  ']]>',
  '&lt;',
  '\u2028',
  '\u2029',
  '\\',
  '"',
];
const ELEMENT = /<script type="application\/json" id="first-answers">([^]*?)<\/script/;

/** Handlers that answer these values, whatever their shape. */
const answering = (answers: Readonly<Record<string, () => unknown>>): ServedHandlers =>
  answers as unknown as ServedHandlers;

async function shown(handlers: ServedHandlers, headers: Readonly<Record<string, string>> = {}) {
  const { port, login, server } = await serveWindow({ handlers });
  const cookie = login();
  const { body, status } = await get(port, '/', { cookie: `${COOKIE}=${cookie}`, ...headers });
  const since = /name="first-since" content="([^"]*)"/.exec(body)?.[1] ?? 'none';
  return { body, status, since, port, cookie, server, data: ELEMENT.exec(body)?.[1] };
}

describe('data in the page', () => {
  it('ends where its element ends and says the same, whatever words are in it', () => {
    const word = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 6 }));
    const text = fc.array(word, { maxLength: 8 }).map((words) => words.join(''));
    const value = fc.dictionary(text, fc.oneof(text, fc.array(text, { maxLength: 4 })), { maxKeys: 5 });
    fc.assert(
      fc.property(value, (data) => {
        const element = dataElement('first-answers', JSON.stringify(data));
        const inside = /^<script type="application\/json" id="first-answers">([^]*)<\/script>$/.exec(
          element,
        )?.[1];
        expect(inside).not.toMatch(/[<>&\u2028\u2029]/);
        expect(JSON.parse(inside ?? '')).toEqual(JSON.parse(JSON.stringify(data)));
      }),
    );
  });
});

describe('the first answers', () => {
  it('stand in the page of who is let in, before its end, as the socket would give them', async () => {
    const agents = [{ id: 'x', name: '</script><script>alert(1)</script><!-- ' }];
    const { body, data } = await shown(
      answering({
        'agents.list': () => new Encoded(Buffer.from(JSON.stringify(agents))),
        'overview.get': () => Promise.resolve({ phase: 'watching' }),
      }),
    );
    expect(JSON.parse(data ?? '')).toEqual({ 'agents.list': agents, 'overview.get': { phase: 'watching' } });
    expect(body.endsWith('</script><p>the end</p>')).toBe(true);
    expect(body.match(/<script/g)).toHaveLength(2);
  });

  it('are given to nobody else', async () => {
    let asked = 0;
    const handlers = answering({ 'agents.list': () => (asked += 1), 'overview.get': () => (asked += 1) });
    const cases = [
      { cookie: '' },
      { cookie: `${COOKIE}=made-up` },
      { host: 'evil.example' },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    ];
    for (const headers of cases) {
      const { status, body } = await shown(handlers, headers);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(body).not.toContain('first-answers');
    }
    expect(asked).toBe(0);
  });

  it('are not in a page that another one led to: it asks for them itself, over its own connection', async () => {
    for (const site of ['same-site', 'cross-site']) {
      const { status, data, since, body } = await shown(answering({ 'overview.get': () => ({}) }), {
        'sec-fetch-site': site,
        'sec-fetch-mode': 'navigate',
      });
      expect([status, data, since]).toEqual([200, undefined, '']);
      expect(body).toContain('the end');
    }
  });

  it('leave out what fails or takes too long, and the page still comes', async () => {
    const { data, body } = await shown(
      answering({
        'agents.list': () => new Promise(() => undefined),
        'overview.get': () => {
          throw new Error('the disk is gone');
        },
      }),
    );
    expect(data).toBe('{}');
    expect(body).toContain('the end');
    expect(Object.keys(METHODS)).toEqual(expect.arrayContaining(['agents.list', 'overview.get']));
  });
});

describe('what happens between the page and its connection', () => {
  const handlers = answering({ 'agents.list': () => [], 'overview.get': () => ({}) });
  const connect = async (
    { port, cookie }: { port: number; cookie: string },
    since: string,
  ): Promise<Page> => {
    const page = new Page(port, cookie, {}, `/api?since=${since}`);
    expect(await page.opened()).toBe(true);
    return page;
  };

  it('is not asked for again when nothing did', async () => {
    const window = await shown(handlers);
    const page = await connect(window, window.since);
    window.server.publish({ name: 'status.changed', body: { phase: 'reading' } });
    await until(() => page.notices.length === 1);
    expect(page.notices.map(({ method }) => method)).toEqual(['status.changed']);
  });

  it('is heard though nobody follows yet, and makes the page ask again', async () => {
    const window = await shown(handlers);
    expect(window.server.hears('findings.changed')).toBe(true);
    window.server.publish({ name: 'findings.changed', body: { findings: [] } });
    const page = await connect(window, window.since);
    await until(() => page.notices.length === 1);
    expect(page.notices.map(({ method }) => method)).toEqual(['resync']);
  });

  it.each(['another-run.1', 'x', '..'])('is not known for a page of another run: %s', async (since) => {
    const page = await connect(await shown(handlers), since);
    await until(() => page.notices.length === 1);
    expect(page.notices[0]?.method).toBe('resync');
  });

  it('lets no other address in by it', async () => {
    const window = await shown(handlers);
    for (const path of ['/api?since=', '/api?since=a/b', '/api?other=1', '/api?since=a&x=1', '/apix'])
      expect(await new Page(window.port, window.cookie, {}, path).opened(), path).toBe(404);
  });

  it('counts only while somebody listened all the time', () => {
    const clock = { nowMs: 1_000 };
    const missed = new Missed(() => clock.nowMs);
    expect(missed.listens).toBe(false);
    const first = missed.mark();
    clock.nowMs += 29_000;
    const second = missed.mark();
    clock.nowMs += 29_000;
    expect([missed.isCurrent(first), missed.isCurrent(second), missed.listens]).toEqual([true, true, true]);
    clock.nowMs += 2_000;
    expect([missed.isCurrent(first), missed.listens]).toEqual([false, false]);
    const third = missed.mark();
    expect([missed.isCurrent(first), missed.isCurrent(third)]).toEqual([false, true]);
    missed.told();
    expect(missed.isCurrent(third)).toBe(false);
  });
});
