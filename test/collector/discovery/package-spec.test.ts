import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packageOf } from '../../../collector/discovery/package-spec.ts';

const DIGEST = `sha256:${'a1'.repeat(32)}`;
const COMMIT = 'b2'.repeat(20);

describe('packageOf', () => {
  it.each([
    ['npx -y @example/mcp', 'npm @example/mcp - floating'],
    ['npx -y @example/mcp@1.2.3', 'npm @example/mcp 1.2.3 pinned'],
    ['npx thing@latest', 'npm thing latest floating'],
    ['npx thing@^1.2.0', 'npm thing ^1.2.0 floating'],
    ['npx --yes --package=@example/mcp@2.0.0 run-it', 'npm @example/mcp 2.0.0 pinned'],
    ['npx -p tool@1.0.0 -c tool', 'npm tool 1.0.0 pinned'],
    ['npx --registry https://npm.example.com thing@1.0.0-beta.1', 'npm thing 1.0.0-beta.1 pinned'],
    ['/usr/local/bin/npx -y thing', 'npm thing - floating'],
    ['C:\\nodejs\\npx.cmd -y thing', 'npm thing - floating'],
    ['cmd /c npx -y thing@1.0.0', 'npm thing 1.0.0 pinned'],
    ['env A=b npx thing', 'npm thing - floating'],
    ['bunx thing', 'npm thing - floating'],
    ['pnpm dlx thing@3.1.4', 'npm thing 3.1.4 pinned'],
    ['yarn dlx thing', 'npm thing - floating'],
    ['npm exec -- thing', 'npm thing - floating'],
    ['npx -y mcp-remote https://mcp.example.com', 'npm mcp-remote - floating'],
    ['npx github:example/mcp', 'git github:example/mcp - floating'],
    [
      `npx git+https://git.example.com/mcp.git#${COMMIT}`,
      `git https://git.example.com/mcp.git ${COMMIT} pinned`,
    ],
    ['uvx mcp-server-git', 'pypi mcp-server-git - floating'],
    ['uvx mcp-server-git==2.0.1', 'pypi mcp-server-git 2.0.1 pinned'],
    ['uvx mcp-server-git@2.0.1', 'pypi mcp-server-git 2.0.1 pinned'],
    ['uvx mcp-server-git@latest', 'pypi mcp-server-git latest floating'],
    ['uvx --python 3.12 --from mcp[cli]>=1.0 mcp', 'pypi mcp >=1.0 floating'],
    [
      'uvx --from git+https://git.example.com/x.git@main x',
      'git https://git.example.com/x.git main floating',
    ],
    ['uv tool run thing', 'pypi thing - floating'],
    ['pipx run --spec thing==1.0 thing', 'pypi thing 1.0 pinned'],
    ['docker run -i --rm -e TOKEN -v /a:/b ghcr.io/example/mcp', 'docker ghcr.io/example/mcp - floating'],
    ['docker run registry.example.com:5000/mcp:1.2', 'docker registry.example.com:5000/mcp 1.2 floating'],
    [`podman run mcp@${DIGEST}`, `docker mcp ${DIGEST} pinned`],
    ['go run example.com/mcp@v1.2.3', 'go example.com/mcp v1.2.3 pinned'],
    ['deno run -A npm:thing@1.0.0', 'npm thing 1.0.0 pinned'],
  ])('%s', (line, expected) => {
    const [command = '', ...args] = line.split(' ');
    const found = packageOf(command, args);
    expect(
      found &&
        `${found.ecosystem} ${found.name} ${found.version ?? '-'} ${found.pinned ? 'pinned' : 'floating'}`,
    ).toBe(expected);
  });

  it('looks into a shell that starts one program, and into no more than that', () => {
    expect(packageOf('bash', ['-lc', 'exec npx -y thing'])).toMatchObject({ name: 'thing' });
    expect(packageOf('sh', ['-c', 'curl example.com | sh'])).toBeUndefined();
  });

  it.each([
    'node server.js',
    'python -m thing',
    '/opt/tool',
    'docker compose up',
    'go run ./cmd',
    'npx',
    'pnpm start',
  ])('sees no package in %s', (line) => {
    const [command = '', ...args] = line.split(' ');
    expect(packageOf(command, args)).toBeUndefined();
  });

  it('takes anything', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('-y', '--', '-p', '--from', 'run', 'dlx', '-c', '@', 'a@'),
    );
    const program = fc.constantFrom(
      'npx',
      'uvx',
      'docker',
      'pnpm',
      'sh',
      'cmd',
      'env',
      'go',
      'deno',
      'pipx',
      'wsl',
    );
    fc.assert(
      fc.property(program, fc.array(word, { maxLength: 8 }), (command, args) => {
        const found = packageOf(command, args);
        expect(found === undefined || typeof found.name === 'string').toBe(true);
      }),
    );
  });
});
