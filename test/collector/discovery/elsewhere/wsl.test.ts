import { describe, expect, it } from 'vitest';
import { readLxss, runningDistributions, wslRoots } from '../../../../collector/discovery/elsewhere/wsl.ts';

const UBUNTU = '{8c0fa5d2-13e4-4f63-8d6c-0a51c1a4b7e9}';
const OLD = '{11111111-2222-3333-4444-555555555555}';
const KEY = String.raw`HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Lxss`;
const PRINTED = [
  '',
  KEY,
  `    DefaultDistribution    REG_SZ    ${UBUNTU}`,
  '    DefaultVersion    REG_DWORD    0x2',
  '',
  `${KEY}\\${UBUNTU}`,
  '    State    REG_DWORD    0x1',
  '    DistributionName    REG_SZ    Ubuntu 24.04',
  '    Version    REG_DWORD    0x2',
  String.raw`    BasePath    REG_SZ    \\?\C:\Users\ana\AppData\Local\wsl\{8c0fa5d2-13e4-4f63-8d6c-0a51c1a4b7e9}`,
  '    DefaultUid    REG_DWORD    0x3e8',
  '',
  `${KEY}\\${OLD}`,
  '    DistributionName    REG_SZ    legacy',
  '    Version    REG_DWORD    0x1',
  String.raw`    BasePath    REG_SZ    C:\wsl\legacy`,
  '',
  `${KEY}\\{66666666-2222-3333-4444-555555555555}`,
  String.raw`    DistributionName    REG_SZ    ..\..\evil`,
  String.raw`    BasePath    REG_SZ    C:\x`,
].join('\r\n');

describe('readLxss', () => {
  it('reads name, version and folder of each distribution', () => {
    expect(readLxss(PRINTED)).toEqual([
      {
        id: UBUNTU,
        name: 'Ubuntu 24.04',
        version: 2,
        basePath: 'C:/Users/ana/AppData/Local/wsl/{8c0fa5d2-13e4-4f63-8d6c-0a51c1a4b7e9}',
      },
      { id: OLD, name: 'legacy', version: 1, basePath: 'C:/wsl/legacy' },
    ]);
  });

  it('finds nothing where there is nothing', () => {
    for (const text of [
      '',
      'ERROR: The system was unable to find the specified registry key',
      'HKEY_\\Lxss\\{}',
    ])
      expect(readLxss(text)).toEqual([]);
  });
});

describe('wslRoots', () => {
  const [ubuntu, legacy] = readLxss(PRINTED);
  if (ubuntu === undefined || legacy === undefined) throw new Error('two distributions');

  it('asks only for the files of a distribution that runs already', () => {
    const running = runningDistributions([
      [String.raw`C:\Program Files\WSL\wslhost.exe`, '--distro-id', UBUNTU.toUpperCase(), '--vm-id', OLD],
      ['notepad.exe', OLD],
    ]);
    expect(wslRoots(ubuntu, running)).toEqual(['//wsl.localhost/Ubuntu 24.04', '//wsl$/Ubuntu 24.04']);
    expect(wslRoots(ubuntu, runningDistributions([['notepad.exe', UBUNTU]]))).toEqual([]);
  });

  it('reads the files of version 1 where they are', () => {
    expect(wslRoots(legacy, new Set())).toEqual(['C:/wsl/legacy/rootfs']);
  });
});
