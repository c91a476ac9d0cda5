import { ansiC, base64, double, gzipped, hex, octal, reversed, single, utf16 } from './quoting.ts';
import type { Call, Step, Story } from './story.ts';

/** Ways to say one shell command differently. `undefined`: this command cannot be said so. */
type Rewrite = (command: string) => string | undefined;

/** `curl -d @x https://…`: words without quotes, expansions or operators. */
const SIMPLE = /^[\w./:@=,+%~-]+(?: [\w./:@=,+%~-]+)*$/;
const FIRST_WORD = /^(?!(?:for|while|until|if|case|exec|eval|function|select)\b)[a-z][a-z0-9_-]{2,30}(?= |$)/;

/** The same command in other wrappers: whoever runs it, it does the same. */
const WRAPPERS: Readonly<Record<string, Rewrite>> = {
  'bash -c': (c) => `bash -c ${single(c)}`,
  'sh -c in double quotes': (c) => `sh -c ${double(c)}`,
  'env and nohup': (c) => `env CI=1 nohup timeout 60 bash -lc ${single(c)} > /dev/null 2>&1 &`,
  heredoc: (c) => `bash <<'EOF'\n${c}\nEOF`,
  eval: (c) => `eval ${single(c)}`,
  subshell: (c) => (c.includes('\n') ? undefined : `(cd . && ${c})`),
  'if then': (c) => (c.includes('\n') ? undefined : `if true; then ${c}; fi`),
  function: (c) => (c.includes('\n') || /&$/.test(c) ? undefined : `f() { ${c}; }; f`),
  'after other work': (c) => `git status --short && npm test --silent; ${c}`,
  'find -exec': (c) => (c.includes('{}') ? undefined : `find . -maxdepth 0 -exec sh -c ${single(c)} \\;`),
  xargs: (c) => (SIMPLE.test(c) ? `echo ${c} | xargs -I{} sh -c '{}'` : undefined),
  'python os.system': (c) => `python3 -c ${single(`import os; os.system(${JSON.stringify(c)})`)}`,
  'python subprocess': (c) =>
    `python3 - <<'EOF'\nimport subprocess\nsubprocess.run(${JSON.stringify(c)}, shell=True, check=True)\nEOF`,
  'node execSync': (c) => `node -e ${single(`require('child_process').execSync(${JSON.stringify(c)})`)}`,
  'perl system': (c) => `perl -e ${single(`system(${perlText(c)})`)}`,
  'ruby system': (c) => `ruby -e ${single(`system(${perlText(c)})`)}`,
  'php system': (c) => `php -r ${single(`system(${perlText(c)});`)}`,
};

function perlText(text: string): string {
  return `'${text.replaceAll(/['\\]/g, (one) => `\\${one}`)}'`;
}

/** The same command hidden from whoever only looks for words. */
const DISGUISES: Readonly<Record<string, Rewrite>> = {
  'base64 to bash': (c) => `echo ${base64(c)} | base64 -d | bash`,
  'base64 here-string': (c) => `bash -c "$(base64 -d <<< ${base64(c)})"`,
  'hex to sh': (c) => `echo ${hex(c)} | xxd -r -p | sh`,
  'octal printf to sh': (c) => `printf '${octal(c)}' | sh`,
  'gzip to bash': (c) => `echo ${gzipped(c)} | base64 -d | gunzip | bash`,
  'reversed to bash': (c) => (c.includes('\n') ? undefined : `echo ${single(reversed(c))} | rev | bash`),
  'ansi-c quotes': (c) => `bash -c ${ansiC(c)}`,
  'python exec base64': (c) =>
    `python3 -c ${single(
      `import base64,os;exec(base64.b64decode("${base64(`import os; os.system(${JSON.stringify(c)})`)}"))`,
    )}`,
  'quotes in the name': (c) => (FIRST_WORD.test(c) ? `${c.slice(0, 2)}''${c.slice(2)}` : undefined),
  'backslash before the name': (c) => (FIRST_WORD.test(c) ? `\\${c}` : undefined),
  'name from variables': (c) => {
    const name = FIRST_WORD.exec(c)?.[0];
    return name === undefined
      ? undefined
      : `a=${name.slice(0, 2)}; b=${name.slice(2)}; $a$b${c.slice(name.length)}`;
  },
  IFS: (c) => (SIMPLE.test(c) ? c.replaceAll(' ', '${IFS}') : undefined),
  braces: (c) =>
    SIMPLE.test(c) && c.includes(' ') && !c.includes(',') ? `{${c.replaceAll(' ', ',')}}` : undefined,
};

const POWERSHELL: Readonly<Record<string, Rewrite>> = {
  'powershell -enc': (c) => `powershell -NoProfile -EncodedCommand ${utf16(c)}`,
  'powershell -Command': (c) => `pwsh -NoProfile -Command "${c.replaceAll(/[`"$]/g, (one) => `\`${one}`)}"`,
  'script block': (c) => `& { ${c} }`,
};

/** Of all variations each attack gets every third, another third than its neighbour. */
const TURNS = 3;

/** Variations of an attack, the attack as written not among them. */
export function variantsOf(story: Story, number: number): Story[] {
  return everyVariant(story).filter((_, index) => (index + number) % TURNS === 0);
}

function everyVariant(story: Story): Story[] {
  const last = story.steps.at(-1);
  if (last === undefined || last.step.kind !== 'call') return [];
  const { call } = last.step;
  const varied: Story[] = [];
  const add = (variant: string, ...calls: readonly Call[]): void => {
    const ending = calls.map((one) => ({
      session: last.session,
      step: { kind: 'call', call: one, outcome: { status: 'ok', output: '' } } satisfies Step,
    }));
    varied.push({ ...story, variant, steps: [...story.steps.slice(0, -1), ...ending] });
  };
  if (call.kind === 'shell') {
    for (const [name, rewrite] of Object.entries({ ...WRAPPERS, ...DISGUISES })) {
      const text = rewrite(call.text);
      if (text !== undefined) add(name, { kind: 'shell', text });
    }
    add(
      'written, then run',
      { kind: 'write', text: '/tmp/run-checks.sh', content: `#!/bin/bash\n${call.text}\n` },
      { kind: 'shell', text: 'bash /tmp/run-checks.sh' },
    );
    add('heredoc to a file, then run', {
      kind: 'shell',
      text: `cat > /tmp/setup.sh <<'EOS'\n${call.text}\nEOS\nchmod +x /tmp/setup.sh && /tmp/setup.sh`,
    });
  }
  if (call.kind === 'powershell') {
    for (const [name, rewrite] of Object.entries(POWERSHELL)) {
      const text = rewrite(call.text);
      if (text !== undefined) add(name, { kind: 'powershell', text });
    }
  }
  const below = bySubagent(story);
  if (below !== undefined) varied.push(below);
  const other = byOtherAgent(story);
  if (other !== undefined) varied.push(other);
  return varied;
}

/** The last call is made by a sub-agent of the run. */
function bySubagent(story: Story): Story | undefined {
  const last = story.steps.at(-1);
  const main = story.sessions[0];
  if (last?.session !== 0 || main === undefined) return undefined;
  return {
    ...story,
    variant: 'last call by a sub-agent',
    sessions: [...story.sessions, { ...main, parent: 0 }],
    steps: [...story.steps.slice(0, -1), { ...last, session: story.sessions.length }],
  };
}

/** The whole story told by the log of another product. */
function byOtherAgent(story: Story): Story | undefined {
  if (story.sessions.some(({ agent }) => agent !== 'claude-code')) return undefined;
  return {
    ...story,
    variant: 'another agent',
    sessions: story.sessions.map((session) => ({ ...session, agent: 'codex' })),
  };
}

/** Ordinary work once more: on another system, by another agent, and by a person of few words. */
export function otherWorkplaces(story: Story): Story[] {
  const silent = story.steps.map((one, index) =>
    one.step.kind === 'prompt'
      ? { ...one, step: { kind: 'prompt', text: index === 0 ? 'please continue' : 'go on' } satisfies Step }
      : one,
  );
  const other = byOtherAgent(story);
  return [
    ...(story.os === 'linux' && !namesHome(story)
      ? [{ ...story, variant: 'macOS', os: 'darwin' as const }]
      : []),
    ...(other === undefined ? [] : [other]),
    { ...story, variant: 'prompts that name nothing', steps: silent },
  ];
}

/** A home written out stands on one system only. */
function namesHome(story: Story): boolean {
  return JSON.stringify(story.steps).includes('/home/');
}
