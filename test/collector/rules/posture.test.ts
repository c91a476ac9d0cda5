import { describe, expect, it } from 'vitest';
import { analyzeShell } from '../../../collector/pipeline/shell/index.ts';
import { agentPermissionBypassDefault } from '../../../collector/rules/agent.permission-bypass-default.ts';
import { POSTURE_RULES } from '../../../collector/rules/posture.ts';
import {
  aliasFact,
  serverFact,
  settingFact,
  variableFact,
} from '../../../collector/rules/shared/example-facts.ts';
import { allowRisk } from '../../../collector/rules/shared/wildcards.ts';

describe('allowRisk', () => {
  it.each([
    ['*', 'everything'],
    ['Bash', 'everything'],
    ['Bash(*)', 'everything'],
    ['Bash(:*)', 'everything'],
    ['run_shell_command', 'everything'],
    ['Bash(bash:*)', 'any-code'],
    ['Bash(/usr/bin/python3:*)', 'any-code'],
    ['Bash(node -e:*)', 'any-code'],
    ['Bash(sudo *)', 'any-code'],
    ['Bash(npx:*)', 'any-code'],
    ['Bash(ssh:*)', 'any-code'],
    ['Bash(xargs:*)', 'any-code'],
    ['Bash(curl:*)', 'network'],
    ['Bash(wget *)', 'network'],
    ['Bash(git:*)', 'runs-others'],
    ['Bash(find:*)', 'runs-others'],
    ['Bash(docker:*)', 'runs-others'],
    ['mcp__*', 'any-mcp-tool'],
    ['Edit(~/**)', 'any-edit'],
    ['Write(//**)', 'any-edit'],
    ['WebFetch(*)', 'any-page'],
  ])('%s lets through %s', (rule, risk) => {
    expect(allowRisk(rule)).toBe(risk);
  });

  it.each([
    'Read',
    'Bash(npm test)',
    'Bash(npm run:*)',
    'Bash(git log:*)',
    'Bash(curl https://example.com/x)',
    'Bash(node server.js:*)',
    'Edit',
    'Edit(src/**)',
    'mcp__docs',
    'mcp__docs__*',
    'WebFetch',
    'WebFetch(domain:example.com)',
    '',
    '(((',
    'Bash(pythonic-tool:*)',
  ])('%s says what it allows', (rule) => {
    expect(allowRisk(rule)).toBeUndefined();
  });
});

describe('posture rules', () => {
  it('never throw on settings of any type', () => {
    const values: unknown[] = [null, undefined, true, 1, 'x', [], [null, 1, {}], {}, { '*': null }, [['a']]];
    const keys = [
      'permissions.allow',
      'permissions.defaultMode',
      'projects./.trust_level',
      'trusted_folders',
      'trustedFolders',
      'chat.tools.terminal.autoApprove',
      'permission',
      'apiKeyHelper',
      'openai_base_url',
      'enabledMcpjsonServers',
      'sandbox_mode',
    ];
    for (const rule of POSTURE_RULES)
      for (const key of keys)
        for (const value of values) expect(() => rule.match(settingFact(key, value))).not.toThrow();
  });

  it('see a bypass behind sudo and a variable in an alias', () => {
    const shell = analyzeShell('FOO=1 env BAR=2 claude --dangerously-skip-permissions', {
      home: '/home/dev',
      platform: 'linux',
    });
    expect(agentPermissionBypassDefault.match({ ...aliasFact('yolo'), shell } as never)).toHaveLength(1);
  });

  it('judge a project file harder than the own one', () => {
    const rule = POSTURE_RULES.find((entry) => entry.id === 'agent.endpoint-redirect');
    const own = rule?.match(
      variableFact(
        'ANTHROPIC_BASE_URL',
        'https://relay.example.net',
        'user',
        '/home/dev/.claude/settings.json',
        'claude-code',
      ),
    );
    const shared = rule?.match(
      variableFact(
        'ANTHROPIC_BASE_URL',
        'https://relay.example.net',
        'project',
        '/home/dev/app/.claude/settings.json',
        'claude-code',
      ),
    );
    expect([own?.[0]?.severity, shared?.[0]?.severity]).toEqual(['medium', 'critical']);
  });

  it('say nothing about an ordinary server', () => {
    const fact = serverFact(
      { command: 'node', args: ['/home/dev/app/server.js'], scope: 'project' },
      { LOG_LEVEL: 'debug' },
    );
    const shell = analyzeShell('node /home/dev/app/server.js', { home: '/home/dev', platform: 'linux' });
    expect(POSTURE_RULES.flatMap((rule) => rule.match({ ...fact, shell }))).toEqual([]);
  });
});
