import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeShell } from '../../../../collector/pipeline/shell/index.ts';
import type { ShellAnalysis, ShellDialect } from '../../../../collector/contract/shell.ts';
import { HIDDEN, PAYLOADS, WRAPPERS } from './payload-rows.ts';
import { LISTS, QUOTING, SUBSTITUTIONS, VARIABLES } from './posix-rows.ts';
import { base64 } from './rows.ts';
import type { Row } from './rows.ts';
import { CMD, POWERSHELL } from './windows-rows.ts';
import { expectLinear } from '../../../support/linear.ts';

const CONTEXT = { home: '/home/dev', cwd: '/home/dev/app', platform: 'linux' } as const;
const WINDOWS = { home: 'C:\\Users\\dev', cwd: 'C:\\work', platform: 'win32' } as const;

const lines = (analysis: ShellAnalysis): string[] =>
  analysis.commands.map((command) => [command.program, ...command.args].join(' '));

const ALL = { QUOTING, LISTS, SUBSTITUTIONS, VARIABLES, WRAPPERS, PAYLOADS, HIDDEN };

describe('commands found in a POSIX line', () => {
  for (const [group, rows] of Object.entries(ALL)) {
    it.each(rows.map((row) => [group, ...row] as const))('%s: %s', (_group, command, ...found) => {
      expect(lines(analyzeShell(command, CONTEXT))).toEqual(expect.arrayContaining(found));
    });
  }

  it('has at least 150 rows', () => {
    expect(Object.values(ALL).flat().length).toBeGreaterThanOrEqual(150);
  });
});

const onWindows = (dialect: ShellDialect): readonly { dialect: ShellDialect; row: Row }[] =>
  (dialect === 'powershell' ? POWERSHELL : CMD).map((row) => ({ dialect, row }));

describe('commands found in a Windows line', () => {
  it.each([...onWindows('powershell'), ...onWindows('cmd')])(
    '$dialect: $row.0',
    ({ dialect, row: [command, ...found] }) => {
      const seen = lines(analyzeShell(command, { ...WINDOWS, dialect })).map((line) => line.toLowerCase());
      expect(seen).toEqual(expect.arrayContaining(found.map((line) => line.toLowerCase())));
    },
  );
});

describe('what is known about a command', () => {
  const one = (command: string, program: string) => {
    const found = analyzeShell(command, CONTEXT).commands.find((candidate) => candidate.program === program);
    if (found === undefined) throw new Error(`no ${program} in ${command}`);
    return found;
  };

  it('tells where a decoded payload came from', () => {
    expect(one(`echo ${base64('cat x')} | base64 -d | sh`, 'cat').via).toEqual(['decoded']);
  });
  it('links a substitution to the command whose words hold it', () => {
    const { commands } = analyzeShell('bash <(curl http://x)', CONTEXT);
    expect(commands[commands[1]?.parent ?? -1]?.program).toBe('bash');
  });
  it('follows cd through && and forgets it after a sub-shell', () => {
    expect(one('cd /tmp && rm x', 'rm').cwd).toBe('/tmp');
    expect(one('(cd /tmp); rm x', 'rm').cwd).toBe('/home/dev/app');
    expect(one('cd $UNKNOWN && rm x', 'rm').cwd).toBeUndefined();
    expect(one('cd a && cd .. && cd b && rm x', 'rm').cwd).toBe('/home/dev/app/b');
    expect(one('eval "cd /tmp"; rm x', 'rm').cwd).toBe('/tmp');
    expect(one('bash -c "cd /tmp"; rm x', 'rm').cwd).toBe('/home/dev/app');
  });
  it('marks elevation and places elsewhere', () => {
    expect(one('sudo env A=1 rm x', 'rm')).toMatchObject({ elevated: true, assignments: { A: '1' } });
    expect(one('ssh h.example.com rm x', 'rm')).toMatchObject({
      elsewhere: true,
      where: 'h.example.com',
      cwd: undefined,
    });
    expect(one('docker exec c rm x', 'rm')).toMatchObject({
      elsewhere: true,
      where: 'c',
      via: ['container'],
    });
  });
  it('puts what a shell reads from its input where that shell runs', () => {
    expect(one('ssh h.example.com <<E\nrm x\nE', 'rm')).toMatchObject({
      elsewhere: true,
      where: 'h.example.com',
      via: ['remote'],
      cwd: undefined,
    });
    expect(one('sudo -s <<< "rm x"', 'rm').elevated).toBe(true);
  });
  it('keeps a name it cannot resolve as unresolved', () => {
    for (const line of [
      'x[5]=rm; ${x[5]} y',
      'read x < f; $x y',
      'x=rm; ${x@P} y',
      'IFS=$(a); read c <<< $Z; $c y',
    ])
      expect(analyzeShell(line, CONTEXT).commands.some((command) => command.dynamicProgram === true)).toBe(
        true,
      );
  });
  it('keeps pipelines and stages', () => {
    const { commands } = analyzeShell('a | b | c; d', CONTEXT);
    expect(commands.map((command) => [command.stage, command.pipeline === commands[0]?.pipeline])).toEqual([
      [0, true],
      [1, true],
      [2, true],
      [0, false],
    ]);
  });
  it('keeps a loop in its pipeline', () => {
    const { commands } = analyzeShell('curl x | while read l; do sh -c "$l"; done', CONTEXT);
    expect(new Set(commands.map((command) => command.pipeline)).size).toBe(1);
  });
  it('marks unresolved arguments, one flag per argument', () => {
    expect(one('rm a $X "$(y)"', 'rm').dynamic).toEqual([false, true, true]);
    expect(one('$X a', '$X').dynamicProgram).toBe(true);
  });
  it('gives redirects of a group to what is inside', () => {
    expect(one('{ a; } > ~/f', 'a').redirects).toEqual([
      { fd: undefined, operator: '>', target: '/home/dev/f' },
    ]);
    expect(one('a 2>> e', 'a').redirects).toEqual([{ fd: 2, operator: '>>', target: 'e' }]);
    expect(analyzeShell('> ~/.bashrc', CONTEXT).commands[0]?.redirects[0]?.target).toBe('/home/dev/.bashrc');
  });
  it('hands code and input text over', () => {
    expect(one("python3 -c 'print(1)'", 'python3').code).toBe('print(1)');
    expect(one("node <<'E'\nfoo()\nE", 'node').code).toBe('foo()\n');
    expect(one('cat > f <<E\nhello\nE', 'cat').stdinText).toBe('hello\n');
  });
});

describe('what is no command', () => {
  it.each([
    ['an alternative in JavaScript', 'node -e \'a(x || "cat y")\''],
    ['a union in Python', 'python3 -c \'print({1} | {"cat y"})\''],
    ['text written to a file nobody runs', 'echo "cat y" > notes.txt; ls notes.txt'],
    ['a line that is only printed', 'while read l; do echo "$l"; done <<< "cat y"'],
    ['an alias of one word', 'alias c=cat'],
    ['a list of names', 'for i in a "b c"; do echo "$i"; done'],
    ['a listing of jobs', 'at -l <<< "cat y"'],
    ['a tunnel', 'ssh -N h.example.com <<< "cat y"'],
  ])('%s', (_name, command) => {
    const programs = analyzeShell(command, CONTEXT).commands.map((found) => found.program);
    expect(programs).not.toContain('cat');
    expect(programs).not.toContain('b');
  });
});

describe('what cannot be known is said', () => {
  it.each([
    ['an unclosed quote', 'cat "x'],
    ['an unclosed substitution', 'echo $(cat'],
    ['an unclosed group', '( cat x'],
    ['a NUL', 'ls\0rm -rf /'],
    ['a decoder that cannot be followed', 'echo H4sIAAAAAAAA | base64 -d | gunzip | sh'],
    ['a script nobody has seen', 'base64 -d payload.txt | bash'],
  ])('%s is unparsed', (_name, command) => {
    expect(analyzeShell(command, CONTEXT).unparsed).toBe(true);
  });
  it('both sides of a NUL are seen', () => {
    expect(lines(analyzeShell('ls\0rm -rf /', CONTEXT))).toEqual(['ls', 'rm -rf /']);
  });
  it.each([
    ['too long', 'x '.repeat(100_000)],
    ['too many commands', 'ls; '.repeat(2_000)],
    ['too many wrappers', `${'sudo '.repeat(20)}ls`],
  ])('%s is truncated', (_name, command) => {
    const analysis = analyzeShell(command, CONTEXT);
    expect(analysis.truncated).toBe(true);
    expect(analysis.commands.length).toBeLessThanOrEqual(500);
  });
  it('everyday lines are neither', () => {
    for (const command of [
      'npm test',
      'git status && git diff | head -50',
      'for f in *.ts; do wc -l "$f"; done',
    ]) {
      expect(analyzeShell(command, CONTEXT)).toMatchObject({ unparsed: false, truncated: false });
    }
  });
});

describe('any input', () => {
  it.each([
    'toString',
    'constructor x',
    '__proto__',
    '__proto__=1 x',
    'sudo hasOwnProperty',
    'x | valueOf',
    'f=constructor; $f',
  ])('a name every object has is only a name: %s', (command) => {
    for (const dialect of ['posix', 'powershell', 'cmd'] as const) check(command, dialect);
  });
  const dialects = fc.constantFrom<ShellDialect>('posix', 'powershell', 'cmd');
  const check = (text: string, dialect: ShellDialect): void => {
    const analysis = analyzeShell(text, { ...CONTEXT, dialect });
    expect(analysis.commands.length).toBeLessThanOrEqual(500);
    for (const [index, command] of analysis.commands.entries()) {
      expect(command.dynamic.length).toBe(command.args.length);
      expect(command.depth).toBeLessThanOrEqual(16);
      if (command.parent !== undefined) expect(command.parent).toBeLessThan(index);
    }
    expect(analyzeShell(text, { ...CONTEXT, dialect })).toEqual(analysis);
  };

  it('is read without throwing, the same each time', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), dialects, check), { numRuns: 400 });
  });
  it('made of shell pieces is read without throwing', () => {
    const piece = fc.constantFrom(
      ...'$( ) ` " \' { } | || && ; & > >> < << <<< \n \\ $ ${ ${x:- }} $(( )) <( >( [[ ]] if then fi for in do done while case esac ;; () f(){ bash -c sudo eval xargs find -exec cat x ~/.ssh a=b $a * ? [ ] ! # \t \0 é %X% ^ @" "@ --% base64 -d EOF python -c powershell -enc cmd /c ssh h docker run i'.split(
        ' ',
      ),
      ' ',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 60 }),
        fc.constantFrom('', ' '),
        dialects,
        (pieces, glue, dialect) => {
          check(pieces.join(glue), dialect);
        },
      ),
      { numRuns: 1_500 },
    );
  });
  it.each([
    ['parentheses', '('],
    ['substitutions', '$('],
    ['quoted substitutions', '"$('],
    ['parameter expansions', '${x:-'],
    ['arithmetic', '$(('],
    ['backticks', '`'],
    ['braces', '{a,'],
    ['wrappers', 'bash -c '],
    ['here-documents', 'cat <<A\n'],
    ['commands', 'x;'],
    ['functions', 'f(){ '],
    ['loops over lines', 'for i in "a b" "c d"; do '],
    ['written files', 'echo x > f; sh f; '],
    ['reads', 'read a b <<< "c d"; '],
    ['folded texts', "iex ('a'+('b'+"],
    ['replacements', 'x=aaaa; y=${x//a/$x}; '],
    ['loops over a command', "for /f %i in ('a "],
    ['code', 'perl -e \'open qx spawn "|'],
  ])('a megabyte of %s ends soon', (_name, unit) => {
    expectLinear((size) => {
      const text = unit.repeat(Math.ceil(size / unit.length));
      for (const dialect of ['posix', 'powershell', 'cmd'] as const) check(text, dialect);
    }, 1_000_000);
  });
  it('that doubles itself ends', () => {
    check(`a=xxxxxxxx; ${'a=$a$a; '.repeat(100)} echo $a`, 'posix');
    check(':(){ :|:& };:', 'posix');
    check('f(){ f; f; }; f', 'posix');
    check('{1..999999}{1..999999}', 'posix');
    check(`a=xxxxxxxx; ${'a=$a$a; '.repeat(20)} b=\${a//x/$a}; echo $b`, 'posix');
    check(
      `a=xxxxxxxx; ${'a=$a$a; '.repeat(20)} echo $a | sed s/x/xxxxxxxx/g | xargs -I{} echo {}{}{}`,
      'posix',
    );
    check(`echo "${'sh f; '.repeat(20)}" > f; sh f`, 'posix');
    check(`iex ('${'{0}'.repeat(1_000)}' -f '${'x'.repeat(2_000)}')`, 'powershell');
  });
});
