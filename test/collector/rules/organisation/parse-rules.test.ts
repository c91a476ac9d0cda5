import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runExample } from '../../../../collector/pipeline/example-events.ts';
import { compileCondition } from '../../../../collector/rules/organisation/expression.ts';
import { globToRegExp } from '../../../../collector/rules/organisation/glob.ts';
import { parseRules } from '../../../../collector/rules/organisation/parse-rules.ts';

const RULE = `title: Terraform apply on a laptop
id: acme.terraform-apply
description: Changes to the cloud go through the pipeline, not through a laptop.
level: high
tags: [attack.t1578, attack.defense-evasion, atlas.AML.T0053, owasp.ASI02]
match: |
  tool.category == "shell" &&
  commands.exists(c, c.program == "terraform" && "apply" in c.args)
subject: '"terraform in " + session.workspace'
examples:
  hit:
    - { name: plain, calls: [{ shell: terraform apply -auto-approve }] }
    - { name: wrapped, calls: [{ shell: "sudo env TF_LOG=1 bash -c 'cd infra && terraform apply'" }] }
  miss:
    - { name: only a plan, calls: [{ shell: terraform plan }] }
`;

const parse = (text: string) => parseRules('/etc/rules/acme.yml', text);
const withMatch = (match: string): string =>
  RULE.replace(/match: \|\n.*\n.*\n/, `match: ${JSON.stringify(match)}\n`);
const problemOf = (text: string): string => {
  const [problem] = parse(text).problems;
  return problem === undefined ? 'none' : `${String(problem.line)}: ${problem.reason}`;
};

describe('a rule of an organisation', () => {
  it('fires on its hits and is silent on its misses', () => {
    const { rules, problems } = parse(RULE);
    expect(problems).toEqual([]);
    const rule = rules[0]!.rule;
    for (const example of rule.examples.hit)
      expect(runExample(rule, example)).toMatchObject([{ subject: 'terraform in /home/dev/app' }]);
    for (const example of rule.examples.miss) expect(runExample(rule, example)).toEqual([]);
    expect(rule.taxonomies).toEqual({ attack: ['T1578'], atlas: ['AML.T0053'], owasp: ['ASI02'] });
  });

  it('sees what wrappers hide, resources, and what the session did before', () => {
    const cases: [string, string, boolean][] = [
      [
        'resources.exists(r, r.kind == "host" && r.value.hostIs("example.com"))',
        'curl https://api.example.com/x',
        true,
      ],
      [
        'resources.exists(r, r.kind == "host" && r.value.hostIs("example.com"))',
        'curl https://notexample.com/x',
        false,
      ],
      ['input.command.matches("(?i)\\\\bDROP\\\\s+TABLE\\\\b")', 'psql -c "drop  table users"', true],
      ['commands.exists(c, c.elevated)', 'sudo -u root systemctl stop x', true],
      ['commands.exists(c, c.elsewhere && c.where == "prod-1")', 'ssh prod-1 uptime', true],
      [
        'resources.exists(r, r.access == "write" && !r.value.inside(session.workspace))',
        'touch /srv/x',
        true,
      ],
      ['resources.exists(r, r.value.glob("/home/*/.ssh/**"))', 'cat ~/.ssh/keys/a', true],
      ['commands[3].program == "x"', 'ls', false],
    ];
    for (const [match, shell, fires] of cases) {
      const { rules, problems } = parse(withMatch(match));
      expect(problems).toEqual([]);
      expect([match, runExample(rules[0]!.rule, { name: 'x', calls: [{ shell }] }).length > 0]).toEqual([
        match,
        fires,
      ]);
    }
  });

  it('is refused with its line and a reason, and does not stop the others', () => {
    const bad = RULE.replace('tool.category ==', 'tool.kategory ==').replace(
      'acme.terraform-apply',
      'acme.other',
    );
    const { rules, problems } = parse(
      `${RULE}---\n${bad}---\n${RULE.replace('acme.terraform', 'acme.third')}`,
    );
    expect(rules.map(({ rule }) => rule.id)).toEqual(['acme.terraform-apply', 'acme.third-apply']);
    const line = `${RULE}---\n${bad}`.split('\n').findIndex((text) => text.includes('kategory')) + 1;
    expect(problems).toEqual([{ path: '/etc/rules/acme.yml', line, reason: 'match: No such key: kategory' }]);
  });

  it.each([
    ['no title', RULE.replace(/^title.*\n/, ''), /^1: title: /],
    [
      'unknown key',
      RULE.replace('level:', 'severity: high\nlevel:'),
      /^4: rule: Unrecognized key: "severity"/,
    ],
    ['bad level', RULE.replace('level: high', 'level: huge'), /^4: level: /],
    ['no examples', RULE.replace(/examples:[\s\S]*/, ''), /examples/],
    ['not a condition', withMatch('"text"'), /^6: match: must give a bool, gives a string/],
    ['syntax', withMatch('tool.name = "x"'), /^6: match: Unexpected character: =/],
    [
      'pattern from a log',
      withMatch('input.command.matches(input.path)'),
      /^6: match: matches\(\) takes a pattern written out/,
    ],
    ['bad pattern', withMatch('input.command.matches("a(b")'), /^6: match: pattern: /],
    ['unknown function', withMatch('input.command.shout()'), /^6: match: found no matching overload/],
    [
      'too much work',
      withMatch(
        'commands.exists(a, commands.exists(b, commands.exists(c, a.text == b.text && b.text == c.text)))',
      ),
      /^6: match: could look at too much/,
    ],
    ['broken YAML', 'title: [x\n  : y', /^\d: not valid YAML/],
    ['a list', '- a\n- b', /rule: /],
    [
      'aliases without end',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'.replace(/./g, (k, i: number) => `${k}: &${k} [${`*${'abcdefgh'[i]},`.repeat(9)}]\n`)}`,
      /alias/i,
    ],
  ])('is refused: %s', (_name, text, reason) => {
    expect(problemOf(text)).toMatch(reason);
  });

  it('is left out when it is deprecated', () => {
    expect(parse(`status: deprecated\n${RULE}`)).toEqual({ rules: [], problems: [] });
  });

  it('never throws, whatever the file holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        parse(text);
        parse(RULE.replace('high', text));
        compileCondition(text);
      }),
    );
  });
});

describe('cost', () => {
  it('stays bounded on the largest call there is, with a pattern that would blow up elsewhere', () => {
    const { rules } = parse(withMatch('commands.exists(c, c.args.exists(a, a.matches("^(a+)+b$")))'));
    const shell = Array.from({ length: 200 }, () => `x ${`${'a'.repeat(900)}! `.repeat(20)}`).join(';');
    expect(runExample(rules[0]!.rule, { name: 'x', calls: [{ shell }] })).toEqual([]);
  });
});

describe('globs', () => {
  it.each([
    ['*.ts', 'a.ts', true],
    ['*.ts', 'x/a.ts', false],
    ['/x/**', '/x/y/z', true],
    ['a?c', 'abc', true],
    ['a.c', 'abc', false],
    ['[x]', '[x]', true],
  ])('%s on %s', (glob, text, is) => {
    expect(new RegExp(globToRegExp(glob)).test(text)).toBe(is);
  });
});
