import { describe, expect, it } from 'vitest';
import type { ProcessInfo } from '../../../../collector/contract/process.ts';
import { matchCommand, titleWords } from '../../../../collector/pipeline/attribution/match-command.ts';
import { analyzeShell } from '../../../../collector/pipeline/shell/index.ts';

const callOf = (text: string) => ({
  text,
  commands: analyzeShell(text, { home: '/home/dev', platform: 'linux' as const }).commands,
});
const ran = (argv: readonly string[], executable?: string): ProcessInfo => ({
  pid: 1,
  startTimeMs: 1,
  parentPid: 1,
  name: argv[0] ?? '',
  argv,
  ...(executable === undefined ? {} : { executable }),
});
const claude = (command: string): ProcessInfo =>
  ran(['bash', '-c', '-l', `source /h/snapshot.sh && eval '${command}' \\< /dev/null && pwd -P >| /tmp/cwd`]);
const gemini = (command: string): ProcessInfo =>
  ran(['bash', '-c', `shopt -u nullglob; { ${command}; }; __code=$?; exit $__code;`]);

describe('the command of a call', () => {
  it.each(['ls', 'make', 'ls -la', 'git status --short && git diff'])(
    'is found in its wrapping: %s',
    (text) => {
      expect(matchCommand(claude(text), callOf(text))).toBe('whole');
      expect(matchCommand(gemini(text), callOf(text))).toBe('whole');
    },
  );

  it('is not found in another that only has its letters', () => {
    expect(matchCommand(claude('cat /etc/also; rm -rf ~'), callOf('ls'))).toBeUndefined();
    expect(matchCommand(claude('makewhatis'), callOf('make'))).toBeUndefined();
    expect(matchCommand(gemini('curl https://example.com'), callOf('ls'))).toBeUndefined();
  });

  it('is found in the program that a shell became, wrappers and all', () => {
    const call = callOf('timeout 20 tail -f package.json');
    expect(matchCommand(ran(['timeout', '20', 'tail', '-f', 'package.json']), call)).toBe('part');
    expect(matchCommand(ran(['tail', '-f', 'package.json']), call)).toBe('part');
    expect(matchCommand(ran(['/usr/bin/nice', '-n', '5', 'make']), callOf('nice -n 5 make'))).toBe('part');
    expect(matchCommand(ran(['timeout', '20', 'curl', 'example.com']), call)).toBeUndefined();
    expect(matchCommand(ran(['timeout']), call)).toBeUndefined();
  });

  it('is found in the interpreter of a script', () => {
    const call = callOf('./scripts/check.sh --fast');
    expect(matchCommand(ran(['bash', './scripts/check.sh', '--fast']), call)).toBe('part');
    const early = ran(['/usr/bin/env', 'bash', './scripts/check.sh', '--fast']);
    expect(matchCommand(early, call)).toBe('part');
    expect(matchCommand(ran(['bash', './scripts/other.sh', '--fast']), call)).toBeUndefined();
    expect(matchCommand(ran(['bash', './scripts/check.sh', '--all']), call)).toBeUndefined();
  });

  it('is found in a title that shows some of its arguments, in their order', () => {
    const call = callOf('npm run build --silent');
    expect(matchCommand(ran(['npm run build', ''], '/usr/bin/node'), call)).toBe('part');
    expect(matchCommand(ran(['npm', ''], '/usr/bin/node'), call)).toBe('part');
    const npx = callOf('npx --no-install left-pad || echo none');
    expect(matchCommand(ran(['npm exec left-pad', ''], '/usr/bin/node'), npx)).toBe('part');
    expect(matchCommand(ran(['npm exec right-pad', ''], '/usr/bin/node'), npx)).toBeUndefined();
    expect(matchCommand(ran(['npm run deploy', ''], '/usr/bin/node'), call)).toBeUndefined();
    expect(matchCommand(ran(['npm build run', ''], '/usr/bin/node'), call)).toBeUndefined();
    expect(matchCommand(ran(['yarn run build', ''], '/usr/bin/node'), call)).toBeUndefined();
  });
});

describe('a title', () => {
  it('is one text in the place of all arguments', () => {
    expect(titleWords(ran(['npm run build', '', ''], '/usr/bin/node'))).toEqual(['npm', 'run', 'build']);
    expect(titleWords(ran(['npm'], '/usr/bin/node'))).toEqual(['npm']);
    expect(titleWords(ran(['/usr/bin/ls'], '/usr/bin/ls'))).toBeUndefined();
    expect(titleWords(ran(['ls']))).toBeUndefined();
    expect(titleWords(ran(['npm', 'run'], '/usr/bin/node'))).toBeUndefined();
    expect(titleWords(ran([]))).toBeUndefined();
  });
});
