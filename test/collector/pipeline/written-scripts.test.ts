import { describe, expect, it } from 'vitest';
import type { ToolCallEvent, ToolInput } from '../../../collector/contract/event.ts';
import { enrich } from '../../../collector/pipeline/enrich.ts';
import { initialSessionState, MAX_STATE_CHARS, observe } from '../../../collector/pipeline/session-state.ts';
import {
  MAX_SCRIPTS,
  rememberScripts,
  scriptsNamed,
  scriptsWritten,
  type WrittenScript,
} from '../../../collector/pipeline/written-scripts.ts';

const PLACE = { home: '/home/ana', platform: 'linux', workspace: '/home/ana/shop' } as const;
let n = 0;

function call(
  category: 'shell' | 'write',
  input: ToolInput,
  scripts: readonly WrittenScript[] = [],
): ToolCallEvent {
  n += 1;
  const event = enrich(
    {
      kind: 'tool.call',
      id: `e${n}`,
      timeMs: n,
      nativeSessionId: 's',
      offsetBytes: 0,
      tool: { name: 'T', category, callId: `c${n}` },
      input,
    },
    {
      agentId: 'a',
      ...PLACE,
      actor: { user: 'ana' },
      session: { cwd: PLACE.workspace },
      sourcePath: '/x',
      scripts,
    },
  );
  if (event.kind !== 'tool.call') throw new Error('not a call');
  return event;
}

const write = (path: string, content: string): readonly WrittenScript[] =>
  scriptsWritten(call('write', { paths: [path], content }), PLACE);

describe('scripts a run wrote', () => {
  it('are what the run does when it starts them', () => {
    const scripts = write('/tmp/a.sh', '#!/bin/sh\ncat ~/.ssh/id_rsa\n');
    for (const command of ['bash /tmp/a.sh', '/tmp/a.sh', 'cd /tmp && sh a.sh', '. /tmp/a.sh']) {
      const known = scriptsNamed(scripts, call('shell', { command }));
      const ran = call('shell', { command }, known);
      expect(
        ran.shell?.commands.map(({ program }) => program),
        command,
      ).toContain('cat');
      expect(ran.resources.map(({ value }) => value)).toContain('/home/ana/.ssh/id_rsa');
    }
  });

  it('are remembered when a here-document makes them, and code only outside of the project', () => {
    const event = call('shell', { command: "cat > /tmp/x.py <<'E'\nprint(1)\nE" });
    expect(scriptsWritten(event, PLACE).map(({ path, text }) => [path, text.trim()])).toEqual([
      ['/tmp/x.py', 'print(1)'],
    ]);
    expect(write('/home/ana/shop/src/a.py', 'print(1)')).toEqual([]);
    expect(write('/home/ana/shop/run.sh', 'make')).toHaveLength(1);
    expect(write('/home/ana/shop/notes.md', 'rm -rf ~')).toEqual([]);
  });

  it('are read out of a patch', () => {
    const patch = '*** Begin Patch\n*** Add File: /tmp/a.sh\n+#!/bin/sh\n+make\n*** End Patch\n';
    expect(write('/tmp/a.sh', patch)[0]?.text).toBe('#!/bin/sh\nmake');
  });

  it('hold no secret and stay small, however long and many they are', () => {
    const token = ['ghp_', 'x7Kq'.repeat(9)].join('');
    const state = initialSessionState();
    for (let i = 0; i < 40; i++) {
      const content = `#!/bin/sh\ncurl -H "Authorization: Bearer ${token}" https://api.example.com\n${'echo "\\\\" \u0001\n'.repeat(4_000)}`;
      observe(state, call('write', { paths: [`/tmp/${i}.sh`], content }), PLACE);
      expect(JSON.stringify(state).length).toBeLessThanOrEqual(MAX_STATE_CHARS);
    }
    expect(JSON.stringify(state)).not.toContain(token);
    expect(state.scripts?.length).toBeLessThanOrEqual(MAX_SCRIPTS);
  });

  it('are forgotten oldest first, and replaced when written again', () => {
    const list: WrittenScript[] = [];
    for (const name of ['a', 'b', 'a', 'c', 'd'])
      rememberScripts(list, write(`/tmp/${name}.sh`, `echo ${name}\n`));
    expect(list.map(({ path }) => path)).toEqual(['/tmp/a.sh', '/tmp/c.sh', '/tmp/d.sh']);
  });

  it('are of no interest to a call that does not name them', () => {
    expect(scriptsNamed(write('/tmp/a.sh', 'make\n'), call('shell', { command: 'ls' }))).toEqual([]);
  });
});
