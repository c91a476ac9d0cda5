import { describe, expect, it } from 'vitest';
import { commandText } from '../../../../collector/agents/shared/argv.ts';

describe('commandText', () => {
  it.each([
    [['bash', '-lc', 'ls | wc'], 'ls | wc', 'posix'],
    [['/bin/zsh', '-c', 'echo "$A"'], 'echo "$A"', 'posix'],
    [['sh', '-e', '-c', 'make'], 'make', 'posix'],
    [['bash', '-c', 'echo $0', 'name'], `bash -c 'echo $0' name`, 'posix'],
    [['bash', 'deploy.sh'], 'bash deploy.sh', 'posix'],
    [
      ['C:\\Program Files\\PowerShell\\7\\pwsh.exe', '-NoLogo', '-Command', 'Get-Item', 'x'],
      'Get-Item x',
      'powershell',
    ],
    [['cmd.exe', '/c', 'dir & type x'], 'dir & type x', 'cmd'],
    [['rg', "it's", ''], `rg 'it'\\''s' ''`, 'posix'],
    ['git status', 'git status', 'posix'],
  ])('reads %j', (argv, command, dialect) => {
    expect(commandText(argv)).toEqual({ command, dialect });
  });

  it.each([[undefined], [null], [''], ['  '], [[]], [[1, 2]], [{}], [5]])(
    'finds no command in %j',
    (value) => {
      expect(commandText(value)).toBeUndefined();
    },
  );

  it('bounds what it joins', () => {
    expect(commandText(Array.from({ length: 5_000 }, () => 'x'.repeat(5_000)))?.command.length).toBe(262_144);
  });
});
