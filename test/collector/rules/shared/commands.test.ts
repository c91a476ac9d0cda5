import { describe, expect, it } from 'vitest';
import { analyzeShell } from '../../../../collector/pipeline/shell/index.ts';
import { PROGRAM_FILES } from '../../../../collector/pipeline/resources/program-files.ts';
import { isRole } from '../../../../collector/rules/shared/program-roles.ts';
import {
  canonicalName,
  childrenOf,
  feedersOf,
  findOption,
  findOptions,
  hasFlag,
  hasRole,
  operandsOf,
  pipelineOf,
  subcommandOf,
} from '../../../../collector/rules/shared/commands.ts';

const analyze = (command: string) => analyzeShell(command, { home: '/home/dev', platform: 'linux' });
const command = (text: string) => {
  const found = analyze(text).commands[0];
  if (found === undefined) throw new Error(text);
  return found;
};

describe('program names', () => {
  it.each([
    ['python3.11', 'python'],
    ['PowerShell.EXE', 'powershell'],
    ['iwr', 'invoke-webrequest'],
    ['pip3', 'pip'],
    ['ncat', 'nc'],
    ['constructor', 'constructor'],
    ['7z', '7z'],
    ['base64', 'base64'],
  ])('%s is %s', (raw, expected) => {
    expect(canonicalName(raw)).toBe(expected);
  });
  it('has roles', () => {
    expect(hasRole(command('python3 x'), 'interpreter')).toBe(true);
    expect(hasRole(command('ls'), 'reader')).toBe(false);
  });
  it('agree with the table of file arguments', () => {
    const disagree = [...PROGRAM_FILES].filter(([name, files]) => {
      if (files.operands === 'delete') return !isRole(name, 'remover') && !isRole(name, 'copier');
      if (files.last === 'write' && files.operands === 'read')
        return !isRole(name, 'copier') && !isRole(name, 'reader');
      return files.operands === 'read' && isRole(name, 'remover');
    });
    expect(disagree.map(([name]) => name)).toEqual([]);
  });
});

describe('options', () => {
  it('finds switches alone, in clusters and long, and none after --', () => {
    expect(hasFlag(['-rf'], 'f')).toBe(true);
    expect(hasFlag(['--recursive=yes'], 'recursive')).toBe(true);
    expect(hasFlag(['-Recurse'], 'recurse')).toBe(true);
    expect(hasFlag(['--', '-r'], 'r')).toBe(false);
    expect(hasFlag(['--force-with-lease'], 'force')).toBe(false);
  });
  it('finds values in every spelling', () => {
    for (const args of [['-o', 'v'], ['-ov'], ['--output', 'v'], ['--output=v']]) {
      expect(findOption(args, ['-o', '--output'])).toBe('v');
    }
    expect(findOption(['-Uri:v'], ['-Uri'])).toBe('v');
    expect(findOptions(['-d', 'a', '-d', 'b'], ['-d'])).toEqual(['a', 'b']);
    expect(operandsOf(['-o', 'v', 'a', '--', '-b'], ['-o'])).toEqual(['a', '-b']);
  });
  it('finds the verb behind global options', () => {
    expect(subcommandOf(command('git -C d -c a=b push -f origin'))).toMatchObject({
      verb: 'push',
      rest: ['-f', 'origin'],
    });
    expect(subcommandOf(command('aws --profile p s3 cp a b')).words).toEqual(['s3', 'cp', 'a', 'b']);
  });
});

describe('flow', () => {
  it('orders a pipeline', () => {
    const analysis = analyze('a | b | c');
    expect(pipelineOf(analysis, analysis.commands[0]?.pipeline ?? -1).map((item) => item.program)).toEqual([
      'a',
      'b',
      'c',
    ]);
  });
  it.each([
    ['curl u | tee f | sh', 'sh'],
    ['bash <(curl u)', 'bash'],
    ["curl u | sh -c 'sh'", 'sh'],
    ['bash -c "$(curl u)"', 'bash'],
    ['curl u | while read l; do sh; done', 'sh'],
  ])('%s: the download reaches the shell', (text, program) => {
    const analysis = analyze(text);
    const reached = analysis.commands.some(
      (item) =>
        item.program === program && feedersOf(analysis, item).some((feeder) => feeder.program === 'curl'),
    );
    expect(reached).toBe(true);
  });
  it('does not mix neighbours', () => {
    const analysis = analyze('curl u > f; sh g');
    const shell = analysis.commands[1];
    expect(shell === undefined ? [] : feedersOf(analysis, shell)).toEqual([]);
    expect(shell === undefined ? [] : childrenOf(analysis, shell)).toEqual([]);
  });
});
