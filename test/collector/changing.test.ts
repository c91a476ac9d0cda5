import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createReadHandlers } from '../../collector/api.ts';
import { callDirectly } from '../../collector/call-directly.ts';
import type { Handlers, Notice, Params, Result } from '../../collector/contract/ipc.ts';
import { createPlatform } from '../../collector/platform/index.ts';
import { Store } from '../../collector/store/store.ts';
import { Window } from '../../collector/window.ts';
import { batch, finding, toolCall } from '../support/records.ts';
import { tempDir } from '../support/temp.ts';
import { windowOptions } from '../support/window-options.ts';

const SETTINGS = `{
  // what I let it do
  "permissions": { "allow": ["Bash(npm test)", "Bash(git status)"] },
  "mcpServers": {
    "files": { "command": "npx", "args": ["-y", "files-server"] },
    "web": { "command": "web" }
  }
}
`;
const TOML = `notify = "beep"

[[hooks.PreToolUse]]
command = "check" # mine
`;
/** Servers that nobody calls, in the languages beside JSON; what is cut out of each. */
const OTHER_FILES = {
  'servers.toml': {
    text: `# mine\nmodel = "x" # cheap\n\n[mcp_servers.idle]\ncommand = "idle"\n\n# the docs\n[mcp_servers.docs]\ncommand = "docs"\n`,
    pointer: '/mcp_servers/idle',
    cut: '[mcp_servers.idle]\ncommand = "idle"\n\n',
  },
  'servers.yaml': {
    text: '# mine\r\nmodel: x # cheap\r\nextensions:\r\n  idle:\r\n    cmd: idle\r\n  # the docs\r\n  docs:\r\n    cmd: docs\r\n',
    pointer: '/extensions/idle',
    cut: '  idle:\r\n    cmd: idle\r\n',
  },
} as const;
const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

type Asked = 'privileges.get' | 'privileges.apply' | 'quarantine.add' | 'actions.undo' | 'actions.undoable';

function open() {
  const dir = tempDir();
  const home = join(dir, 'home');
  mkdirSync(join(home, '.agent', 'skills', 'neat'), { recursive: true, mode: 0o700 });
  const file = join(home, '.agent', 'settings.json');
  writeFileSync(file, SETTINGS, { mode: 0o600 });
  writeFileSync(join(home, '.agent/skills/neat/SKILL.md'), '# neat');
  const store = Store.open({ path: join(dir, 'state', 'reeve.db'), nowMs: Date.now });
  const server = (name: string, scope: string) => ({
    id: `mcp-${name}-${scope}`,
    agentIds: ['claude-code'],
    name,
    scope,
    configPath: file,
    pointer: `/mcpServers/${name}`,
    transport: 'stdio',
    command: name,
    envNames: [],
    headerNames: [],
    enabled: true,
    credentialIds: [],
    usedTools: [],
  });
  store.commit(
    batch({
      events: [
        toolCall('a', { timeMs: Date.now(), input: { command: 'npm test' } }),
        toolCall('m', {
          timeMs: Date.now(),
          tool: {
            name: 'mcp__files__read',
            category: 'mcp',
            callId: 'm',
            mcpServer: 'files',
            mcpTool: 'read',
          },
        }),
      ],
    }),
  );
  const inventory = {
    agent: [
      {
        id: 'claude-code',
        name: 'Claude Code',
        vendor: 'Example',
        kind: 'cli',
        sanction: 'unknown',
        accounts: [],
        installs: [],
        running: [],
        configFiles: [],
        settings: {},
      },
    ],
    'mcp-server': [server('files', 'user'), server('web', 'user'), server('web', 'managed')].map(
      (one) => one,
    ),
    asset: [
      {
        id: 'skill-neat',
        kind: 'skill',
        name: 'neat',
        agentIds: ['claude-code'],
        scope: 'user',
        path: join(home, '.agent/skills/neat/SKILL.md'),
      },
    ],
  };
  const hook = (id: string, path: string, pointer?: string) => ({
    id,
    kind: 'hook',
    name: 'PreToolUse',
    agentIds: ['codex'],
    scope: 'user',
    path: join(home, '.agent', path),
    ...(pointer !== undefined && { pointer }),
  });
  writeFileSync(join(home, '.agent/config.toml'), TOML, { mode: 0o600 });
  writeFileSync(join(home, '.agent/guard.hook'), 'echo guard', { mode: 0o755 });
  inventory.asset.push(
    hook('hook-toml', 'config.toml', '/hooks/PreToolUse/0/command'),
    hook('hook-alone', 'config.toml', '/notify'),
    hook('hook-file', 'guard.hook'),
  );
  for (const [name, { text, pointer }] of Object.entries(OTHER_FILES)) {
    const configPath = join(home, '.agent', name);
    writeFileSync(configPath, text, { mode: 0o600 });
    inventory['mcp-server'].push({ ...server(name, 'user'), agentIds: ['codex'], configPath, pointer });
  }
  store.inventory.replace(inventory, 1);
  const notices: Notice[] = [];
  let looks = 0;
  const platform = createPlatform();
  const readHandlers = createReadHandlers(store);
  const window = new Window(
    windowOptions(store, dir, {
      platform: {
        ...platform,
        readIdentity: () => platform.readIdentity(),
        readHost: () => platform.readHost(),
        ownHome: { ...platform.ownHome, home },
      },
      readHandlers,
      asideDir: join(dir, 'state', 'aside'),
      onFileChanged: () => {
        looks += 1;
      },
      send: (notice) => notices.push(notice),
    }),
  );
  closing.push(
    () => window.close(),
    () => {
      store.close();
    },
  );
  const handlers: Pick<Handlers, Asked> = { ...readHandlers, ...window.handlers };
  const ask = <M extends Asked>(method: M, params: Params<M>): Promise<Result<M>> =>
    callDirectly(handlers, method, params);
  const unused = async () => {
    const { patches } = await ask('privileges.get', {});
    const patch = patches.find(({ changes }) => changes[0]?.includes('server web'));
    if (patch?.id === undefined || patch.sha256 === undefined) throw new Error('no patch');
    return { id: patch.id, sha256: patch.sha256 };
  };
  return {
    aside: join(dir, 'state', 'aside'),
    file,
    home,
    store,
    ask,
    notices,
    unused,
    looks: () => looks,
    text: () => readFileSync(file, 'utf8'),
  };
}

describe('privileges.apply', { timeout: 20_000 }, () => {
  it('makes exactly the change that was shown, writes it down, and takes it back', async () => {
    const { ask, text, unused, store, file, looks, aside } = open();
    const { id, sha256 } = await unused();
    const done = await ask('privileges.apply', { id, sha256, reason: 'not used', via: 'app' });
    expect(done).toMatchObject({ status: 'done', auditSeq: 1 });
    expect(text()).toContain('// what I let it do');
    expect(text()).not.toContain('"web"');
    expect(text()).toContain('"files"');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(store.listAudit({ limit: 1 })[0]).toMatchObject({
      action: 'privileges.apply',
      target: { kind: 'file', id: file },
      reason: 'not used',
      result: { status: 'done' },
    });
    expect(store.read.events({ kind: 'action.performed', limit: 5 })).toHaveLength(1);
    expect(looks()).toBeGreaterThan(0);
    expect(readdirSync(aside)).toHaveLength(1);
    expect(await ask('actions.undoable', {})).toMatchObject([
      { auditSeq: 1, undo: `Puts ${file} back as it was.` },
    ]);
    expect(await ask('actions.undo', { auditSeq: 1 })).toMatchObject({ status: 'done', auditSeq: 2 });
    expect(text()).toBe(SETTINGS);
    expect(readdirSync(aside)).toEqual([]);
    expect(await ask('actions.undo', { auditSeq: 1 })).toMatchObject({ status: 'refused' });
    expect(await ask('actions.undoable', {})).toEqual([]);
    expect(store.verifyAudit()).toMatchObject({ ok: true, rows: 2 });
  });

  it('takes out of TOML and YAML what is advised and nothing else, and gives it back byte for byte', async () => {
    const { ask, home } = open();
    const { patches } = await ask('privileges.get', {});
    for (const [name, { text: before, cut }] of Object.entries(OTHER_FILES)) {
      const path = join(home, '.agent', name);
      const patch = patches.find((one) => one.path === path);
      expect(patch).toMatchObject({ agentId: 'codex', edits: [{ kind: 'server', before: name }] });
      const done = await ask('privileges.apply', { id: patch?.id ?? '', sha256: patch?.sha256 ?? '' });
      expect(done).toMatchObject({ status: 'done' });
      expect(readFileSync(path, 'utf8')).toBe(before.replace(cut, ''));
      expect(await ask('actions.undo', { auditSeq: done.auditSeq ?? 0 })).toMatchObject({ status: 'done' });
      expect(readFileSync(path, 'utf8')).toBe(before);
    }
  });

  it('changes nothing when the file, or what is advised, is not what was shown', async () => {
    const { ask, text, file, unused } = open();
    const { id, sha256 } = await unused();
    expect(await ask('privileges.apply', { id: 'f'.repeat(24), sha256 })).toMatchObject({
      status: 'refused',
    });
    expect(await ask('privileges.apply', { id, sha256: 'a'.repeat(64) })).toMatchObject({
      status: 'refused',
    });
    writeFileSync(file, `${SETTINGS}\n`);
    expect(await ask('privileges.apply', { id, sha256 })).toMatchObject({ status: 'refused' });
    expect(text()).toBe(`${SETTINGS}\n`);
    // What somebody changed since is not taken back either.
    await ask('privileges.apply', await unused());
    const edited = text().replace('npm test', 'npm run test');
    writeFileSync(file, edited);
    const [done] = await ask('actions.undoable', {});
    expect(await ask('actions.undo', { auditSeq: done?.auditSeq ?? 0 })).toMatchObject({
      status: 'refused',
      detail: /changed it since/,
    });
    expect(text()).toBe(edited);
  });
});

describe('quarantine.add', { timeout: 20_000 }, () => {
  it('takes a server out of the settings, and puts it back also after the file was changed elsewhere', async () => {
    const { ask, text, file } = open();
    const request = { kind: 'mcpServer' as const, id: 'mcp-files-user' };
    expect(await ask('quarantine.add', { ...request, preview: true })).toMatchObject({ status: 'done' });
    expect(text()).toBe(SETTINGS);
    expect(await ask('quarantine.add', request)).toMatchObject({ status: 'done', auditSeq: 1 });
    expect(text()).not.toContain('files-server');
    writeFileSync(file, text().replace('git status', 'git diff'));
    expect(await ask('actions.undo', { auditSeq: 1 })).toMatchObject({ status: 'done' });
    expect(JSON.parse(text().replace(/\/\/.*/, ''))).toMatchObject({
      permissions: { allow: ['Bash(npm test)', 'Bash(git diff)'] },
      mcpServers: { files: { command: 'npx', args: ['-y', 'files-server'] }, web: { command: 'web' } },
    });
    expect(text()).toContain('// what I let it do');
  });

  it('does not put a server back over another one of its name', async () => {
    const { ask, text, file } = open();
    await ask('quarantine.add', { kind: 'mcpServer', id: 'mcp-files-user' });
    const other = text().replace('"web"', '"files"');
    writeFileSync(file, other);
    expect(await ask('actions.undo', { auditSeq: 1 })).toMatchObject({ status: 'refused' });
    expect(text()).toBe(other);
  });

  it('leaves alone what an administrator set, and what is not there', async () => {
    const { ask, text, store } = open();
    expect(await ask('quarantine.add', { kind: 'mcpServer', id: 'mcp-web-managed' })).toMatchObject({
      status: 'refused',
      detail: /administrator/,
    });
    expect(await ask('quarantine.add', { kind: 'skill', id: 'none' })).toMatchObject({ status: 'refused' });
    expect([text(), store.listAudit({ limit: 5 })]).toEqual([SETTINGS, []]);
  });

  it('moves a skill out of its folder, and back', async () => {
    const { ask, home } = open();
    const there = (): boolean =>
      statSync(join(home, '.agent/skills/neat/SKILL.md'), { throwIfNoEntry: false }) !== undefined;
    expect(await ask('quarantine.add', { kind: 'skill', id: 'skill-neat' })).toMatchObject({
      status: 'done',
    });
    expect(there()).toBe(false);
    expect(await ask('actions.undo', { auditSeq: 1 })).toMatchObject({ status: 'done' });
    expect(there()).toBe(true);
  });
});

describe('quarantine.add of a hook', { timeout: 20_000 }, () => {
  it('cuts it out of a file in TOML, and puts it back', async () => {
    const { ask, home } = open();
    const toml = (): string => readFileSync(join(home, '.agent/config.toml'), 'utf8');
    const request = { kind: 'hook' as const, id: 'hook-toml' };
    expect(await ask('quarantine.add', { ...request, preview: true })).toMatchObject({ status: 'done' });
    expect(toml()).toBe(TOML);
    expect(await ask('quarantine.add', request)).toMatchObject({ status: 'done', auditSeq: 1 });
    expect(toml()).toBe('notify = "beep"\n');
    expect(await ask('actions.undo', { auditSeq: 1 })).toMatchObject({ status: 'done' });
    expect(toml()).toBe(TOML);
  });

  it('moves a file that is a hook of its own out, and back with its rights', async () => {
    const { ask, home, store } = open();
    const path = join(home, '.agent/guard.hook');
    const there = () => statSync(path, { throwIfNoEntry: false });
    const request = { kind: 'hook' as const, id: 'hook-file' };
    const told = await ask('quarantine.add', { ...request, preview: true });
    expect(told.detail).toContain('the whole file guard.hook');
    expect(await ask('quarantine.add', request)).toMatchObject({ status: 'done' });
    expect(there()).toBeUndefined();
    expect(store.listAudit({ limit: 1 })[0]?.target).toEqual({ kind: 'hook', id: 'hook-file' });
    expect(await ask('actions.undoable', {})).toMatchObject([{ undo: `Puts ${path} back.` }]);
    expect(await ask('actions.undo', { auditSeq: 1 })).toMatchObject({ status: 'done' });
    expect((there()?.mode ?? 0) & 0o777).toBe(0o755);
    expect(readFileSync(path, 'utf8')).toBe('echo guard');
  });

  it('says what to do by hand where it would leave half a file behind', async () => {
    const { ask, home } = open();
    const request = { kind: 'hook' as const, id: 'hook-alone' };
    expect(await ask('quarantine.add', { ...request, preview: true })).toMatchObject({
      status: 'refused',
      detail: /\/notify in .*config\.toml\. Open the file and remove it there/,
    });
    // A link is not followed, and not taken for the file.
    symlinkSync(join(home, '.agent/settings.json'), join(home, '.agent/link'));
    rmSync(join(home, '.agent/guard.hook'));
    renameSync(join(home, '.agent/link'), join(home, '.agent/guard.hook'));
    expect(await ask('quarantine.add', { kind: 'hook', id: 'hook-file' })).toMatchObject({
      status: 'refused',
      detail: /link/,
    });
  });
});

describe('actions.undo', { timeout: 20_000 }, () => {
  it('opens a finding, ends a suppression and asks again about what was approved, unless that happened already', async () => {
    const { ask, store, notices } = open();
    const by = { actor: { user: 'ana', via: 'app' as const }, timeMs: 5 };
    store.saveFindings([finding('f1')]);
    store.life.acknowledge('f1', undefined, by);
    store.life.suppress({ scope: { ruleId: 'read.ssh-keys' }, reason: 'ours' }, by);
    store.approvals.sync([{ id: 'skill-x', kind: 'skill', name: 'x', agentIds: [], detail: 'x' }], 1);
    store.approvals.decide({ ids: ['skill-x'], decision: 'approve', via: 'app' }, by);
    const undoable = await ask('actions.undoable', {});
    expect(undoable.map(({ action }) => action)).toEqual(['approval.approve', 'finding.suppress']);
    expect(await ask('actions.undo', { auditSeq: 3 })).toMatchObject({ status: 'done' });
    expect(store.approvals.get('skill-x')?.state).toBe('new');
    expect(await ask('actions.undo', { auditSeq: 2 })).toMatchObject({ status: 'done' });
    // The suppression hid it; now it is as it was before: acknowledged.
    expect(store.read.finding('f1')?.status).toBe('acknowledged');
    expect(await ask('actions.undo', { auditSeq: 1 })).toMatchObject({ status: 'done' });
    expect(store.read.finding('f1')?.status).toBe('open');
    for (const auditSeq of [1, 2, 3, 99])
      expect(await ask('actions.undo', { auditSeq })).toMatchObject({ status: 'refused' });
    expect(notices.some(({ name }) => name === 'findings.changed')).toBe(true);
    expect(store.verifyAudit().ok).toBe(true);
  });
});
