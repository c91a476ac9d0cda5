import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { CRUSH_LOGS } from '../../collector/agents/crush/log.ts';
import { listedRoots } from '../../collector/listed-roots.ts';
import { LogSource } from '../../collector/sources/log-source.ts';
import { readFixture } from '../support/read-log.ts';
import { tempDir } from '../support/temp.ts';

const [format] = CRUSH_LOGS;
if (format === undefined) throw new Error('no format');

function homeWith(list: unknown): { home: string; list: string } {
  const home = tempDir();
  const folder = join(home, '.local/share/crush');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'projects.json');
  writeFileSync(path, typeof list === 'string' ? list : JSON.stringify(list));
  return { home, list: path };
}

const dirs = (home: string): readonly string[] =>
  listedRoots(format, { platform: 'linux', home, env: {} }).map(({ dir }) => dir);

it('finds the stores of the projects a product lists, wherever they are kept', () => {
  const { home } = homeWith({
    projects: [
      { path: '/src/shop' },
      { path: '/src/lib', data_dir: '.data' },
      { path: '/x', data_dir: '/var/crush/x' },
    ],
  });
  expect(dirs(home)).toEqual(['/src/shop/.crush', '/src/lib/.data', '/var/crush/x']);
});

it('looks at no share of another machine, no way up, and nothing that is no folder', () => {
  const { home } = homeWith({
    projects: [
      { path: 'relative' },
      { path: '\\\\evil.example.com\\share' },
      { path: '//evil.example.com/share', data_dir: '\\\\evil.example.com\\x' },
      { path: '/src/../../etc' },
      { path: '/a\0b' },
      { path: 7 },
      null,
    ],
  });
  expect(dirs(home)).toEqual([]);
  const data = join(tempDir(), 'data');
  const projects = ['\\\\evil.example.com\\x', '//evil.example.com/x', 'C:\\src\\..\\..', 'C:\\src\\shop'];
  writeFileSync(`${data}\\projects.json`, JSON.stringify({ projects: projects.map((path) => ({ path })) }));
  const windows = { platform: 'win32' as const, home: 'C:\\Users\\ana', env: { CRUSH_GLOBAL_DATA: data } };
  expect(listedRoots(format, windows).map(({ dir }) => dir)).toEqual(['C:\\src\\shop\\.crush']);
});

it('takes a list that is missing, broken, a link or a gigabyte for none', () => {
  expect(dirs(tempDir())).toEqual([]);
  for (const text of ['', '{', '[]', 'null', '{"projects":{}}', '"x"'])
    expect(dirs(homeWith(text).home)).toEqual([]);
  const { home, list } = homeWith({ projects: [{ path: '/src/shop' }] });
  rmSync(list);
  symlinkSync('/etc/passwd', list);
  expect(dirs(home)).toEqual([]);
  const large = homeWith(`{"projects":[{"path":"/src/shop"}]}${' '.repeat(1_100_000)}`);
  expect(dirs(large.home)).toEqual([]);
});

it('keeps a bounded number of a list without end', () => {
  const { home } = homeWith({
    projects: Array.from({ length: 5_000 }, (_, n) => ({ path: `/p${String(n)}` })),
  });
  expect(dirs(home).length).toBe(500);
});

it('reads the store of a project that is listed while logs are followed', async () => {
  const project = join(tempDir(), '.crush');
  mkdirSync(project);
  const db = new Database(join(project, 'crush.db'));
  db.exec(readFixture('crush/store/input.sql'));
  db.close();
  const { home } = homeWith({ projects: [] });
  const formats = (): { agentId: string; format: typeof format; roots: ReturnType<typeof listedRoots> }[] => [
    { agentId: 'crush', format, roots: listedRoots(format, { platform: 'linux', home, env: {} }) },
  ];
  const source = new LogSource({
    formats: formats(),
    cursors: () => undefined,
    nowMs: Date.now,
    recursive: false,
  });
  const stop = new AbortController();
  const paths: string[] = [];
  writeFileSync(
    join(home, '.local/share/crush/projects.json'),
    JSON.stringify({ projects: [{ path: '/', data_dir: project }] }),
  );
  source.addRoots(formats());
  source.addRoots(formats());
  for await (const batch of source.live(stop.signal)) {
    paths.push(batch.file.path);
    source.committed(batch.cursor);
    if (batch.atEnd) stop.abort();
  }
  expect(new Set(paths)).toEqual(new Set([join(project, 'crush.db')]));
});
