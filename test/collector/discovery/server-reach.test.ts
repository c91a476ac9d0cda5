import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reachOf } from '../../../collector/discovery/server-reach.ts';

const reach = (given: Partial<Parameters<typeof reachOf>[0]>): readonly string[] => {
  const found = reachOf({ command: undefined, args: [], env: {}, url: undefined, ...given });
  return [
    ...(found?.paths ?? []).map(({ path, from }) => `${path} by ${from}`),
    ...(found?.hosts ?? []).map(({ host, from }) => `${host} by ${from}`),
  ];
};

describe('what a server may reach', () => {
  it.each<[string, Parameters<typeof reach>[0], readonly string[]]>([
    [
      'folders among the arguments',
      {
        command: 'npx',
        args: ['-y', '@example/files', '/srv/data', '~/notes', '${workspaceFolder}/src', '.'],
      },
      [
        '/srv/data by argument 3',
        '~/notes by argument 4',
        '${workspaceFolder}/src by argument 5',
        '. by argument 6',
      ],
    ],
    [
      'flags, joined or not',
      {
        command: 'server',
        args: ['--root=/srv', '--allow', 'C:\\work', '--host', 'db', '--port', '5432', '--name', 'x'],
      },
      ['/srv by argument 1', 'C:\\work by argument 3', 'db by argument 5'],
    ],
    [
      'lists',
      { command: 'server', env: { ALLOWED: '/srv/a:/srv/b', ALSO: '/srv/c, /srv/d' } },
      [
        '/srv/a by variable ALLOWED',
        '/srv/b by variable ALLOWED',
        '/srv/c by variable ALSO',
        '/srv/d by variable ALSO',
      ],
    ],
    [
      'folders that a container is given, not where it has them',
      {
        command: 'docker',
        args: [
          'run',
          '-v',
          '/srv/a:/a:ro',
          '-v',
          'volume:/b',
          '--mount',
          'type=bind,src=/srv/c,dst=/c',
          '-e',
          'DB_HOST=db.example.com',
          'example/x',
        ],
      },
      ['/srv/a by argument 3', '/srv/c by argument 7', 'db.example.com by argument 9'],
    ],
    [
      'hosts of addresses, without who signs in',
      {
        url: 'https://mcp.example.com/s/x?y=/etc/passwd',
        env: {
          DATABASE_URL: 'postgresql://me:[redacted:password]@db.example.com:5432/x',
          API_HOST: 'api.example.com',
        },
      },
      [
        'mcp.example.com by url',
        'db.example.com:5432 by variable DATABASE_URL',
        'api.example.com by variable API_HOST',
      ],
    ],
    [
      'neither the program itself nor where programs are',
      {
        command: 'node',
        args: ['/opt/server/index.js', '/srv'],
        env: { PATH: '/usr/bin:/bin', NODE_PATH: '/x' },
      },
      ['/srv by argument 2'],
    ],
    [
      'neither words, keys, routes nor the flags of Windows',
      {
        command: 'cmd',
        args: ['/c', 'npx', '-y', 'thing', '--verbose', 'application/json'],
        env: { KEY: '${API_KEY}', SERVER: 'production', BASE_PATH: '/api/v1', HOST: '0.0.0.0', LEVEL: 'a.b' },
      },
      [],
    ],
  ])('tells %s', (_, given, expected) => {
    expect(reach(given)).toEqual(expected);
  });

  it('is bounded, and takes time in proportion, whatever is written', () => {
    const many = Array.from({ length: 500 }, (_, n) => `/srv/${String(n)}`);
    expect(reach({ command: 'server', args: many })).toHaveLength(50);
    expect(reach({ command: 'server', args: [`/${'x'.repeat(1_000)}`, '/'.repeat(2_000_000)] })).toEqual([]);
    fc.assert(
      fc.property(fc.array(fc.string()), fc.dictionary(fc.string(), fc.string()), (args, env) => {
        expect(reach({ command: 'server', args, env }).length).toBeLessThanOrEqual(100);
      }),
      { numRuns: 50 },
    );
  });
});
