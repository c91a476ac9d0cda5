import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globMatches } from '../../../../collector/rules/shared/globs.ts';
import { agentOfPath, classifyPath, locatePath } from '../../../../collector/rules/shared/path-classes.ts';
import { isInside, resolvePath } from '../../../../collector/rules/shared/paths.ts';

const LINUX = {
  home: '/home/dev',
  cwd: '/home/dev/app',
  workspace: '/home/dev/app',
  platform: 'linux',
} as const;
const MAC = {
  home: '/Users/dev',
  cwd: '/Users/dev/app',
  workspace: '/Users/dev/app',
  platform: 'darwin',
} as const;
const WINDOWS = {
  home: 'C:\\Users\\dev',
  cwd: 'C:\\Users\\dev\\app',
  workspace: 'C:\\Users\\dev\\app',
  platform: 'win32',
} as const;

describe('resolvePath', () => {
  it.each([
    ['~/x', '/home/dev/x'],
    ['~root/x', '/root/x'],
    ['~other/x', '/home/other/x'],
    ['$HOME/x', '/home/dev/x'],
    ['${HOME}/x', '/home/dev/x'],
    ['a/../b/./c//d/', '/home/dev/app/b/c/d'],
    ['../../../../..', '/'],
    ['/a/\0b', '/a'],
    ['file:///etc/passwd', '/etc/passwd'],
    ['file://localhost/etc/%70asswd', '/etc/passwd'],
  ])('on Linux %j is %s', (raw, expected) => {
    expect(resolvePath(raw, LINUX)).toBe(expected);
  });
  it.each([
    ['%USERPROFILE%\\x', 'C:\\Users\\dev\\x'],
    ['%HOMEDRIVE%%HOMEPATH%\\x', 'C:\\Users\\dev\\x'],
    ['$env:APPDATA\\x', 'C:\\Users\\dev\\AppData\\Roaming\\x'],
    ['~/x', 'C:\\Users\\dev\\x'],
    ['/c/Users/dev/x', 'C:\\Users\\dev\\x'],
    ['c:/a/../b', 'C:\\b'],
    ['\\\\srv\\share\\..\\..\\x', '\\\\srv\\share\\x'],
    ['\\\\?\\C:\\x', 'C:\\x'],
    ['..\\x', 'C:\\Users\\dev\\x'],
    ['x.txt. . ', 'C:\\Users\\dev\\app\\x.txt'],
    ['file.txt::$DATA', 'C:\\Users\\dev\\app\\file.txt'],
  ])('on Windows %j is %s', (raw, expected) => {
    expect(resolvePath(raw, WINDOWS)).toBe(expected);
  });
  it('is absolute, stable and never throws', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.constantFrom(LINUX, MAC, WINDOWS),
        (raw, place) => {
          const path = resolvePath(raw, place);
          if (path === undefined) return;
          expect(path).toMatch(/^(?:\/|[A-Z]:\\|\\\\)/u);
          classifyPath(path, place);
        },
      ),
    );
  });
});

describe('classifyPath', () => {
  it.each([
    ['~/.ssh/id_rsa', 'ssh-key'],
    ['/root/.ssh/id_ed25519', 'ssh-key'],
    ['~/.ssh/id_*', 'ssh-key'],
    ['~/.ss?/id_rs[a]', 'ssh-key'],
    ['~/.ssh/config', 'ssh-config'],
    ['~/.ssh/authorized_keys', 'authorized-keys'],
    ['~/.aws/credentials', 'cloud-credential'],
    ['~/.kube/config', 'cloud-credential'],
    ['infra/terraform.tfstate', 'cloud-credential'],
    ['.env.production', 'env-file'],
    ['.env.example', 'workspace'],
    ['~/.config/google-chrome/Default/Cookies', 'browser-store'],
    ['~/.claude/.credentials.json', 'agent-credential'],
    ['~/.codex/auth.json', 'agent-credential'],
    ['.claude/settings.json', 'agent-config'],
    ['.mcp.json', 'mcp-config'],
    ['CLAUDE.md', 'instructions'],
    ['~/.zshrc', 'shell-rc'],
    ['/etc/cron.d/x', 'scheduler'],
    ['~/.config/systemd/user/x.service', 'scheduler'],
    ['/etc/sudoers.d/x', 'sudoers'],
    ['/etc/shadow', 'os-credential'],
    ['/proc/1/environ', 'process-memory'],
    ['.git/hooks/pre-commit', 'git-hooks'],
    ['.git/config', 'git-config'],
    ['node_modules/x', 'generated-dir'],
    ['/tmp/x', 'temp'],
    ['src/a.ts', 'workspace'],
    ['~', 'home-root'],
    ['/', 'filesystem-root'],
    ['/usr/bin/x', 'system'],
  ])('%s is %s', (raw, expected) => {
    expect(classifyPath(resolvePath(raw, LINUX) ?? '', LINUX)).toBe(expected);
  });
  it('knows macOS and Windows places, whatever the case', () => {
    expect(classifyPath('/Users/dev/Library/Keychains/login.keychain-db', MAC)).toBe('keychain');
    expect(classifyPath('/Users/dev/.SSH/ID_RSA', MAC)).toBe('ssh-key');
    expect(classifyPath('/Users/dev/Library/LaunchAgents/x.plist', MAC)).toBe('scheduler');
    expect(
      classifyPath('C:\\Users\\dev\\AppData\\Local\\Google\\Chrome\\User Data\\Default\\Login Data', WINDOWS),
    ).toBe('browser-store');
    expect(classifyPath('C:\\Windows\\System32\\config\\SAM', WINDOWS)).toBe('os-credential');
    expect(isInside('/users/DEV/app/x', '/Users/dev/app', 'darwin')).toBe(true);
    expect(isInside('/home/dev/apple', '/home/dev/app', 'linux')).toBe(false);
  });
  it('says whose file it is', () => {
    expect(agentOfPath('/home/dev/.codex/config.toml', LINUX)).toBe('codex');
    expect(agentOfPath('/home/dev/app/src/a.ts', LINUX)).toBeUndefined();
  });
  it('takes a star for its folder', () => {
    expect(locatePath('/home/dev/*', LINUX)).toBe('home-root');
    expect(locatePath('/*', LINUX)).toBe('filesystem-root');
    expect(locatePath('/home', LINUX)).toBe('filesystem-root');
  });
  it('matches globs in linear time', () => {
    expect(globMatches('a*b?[c-e]', 'axxbyd')).toBe(true);
    expect(globMatches('*'.repeat(500) + 'b', 'a'.repeat(500))).toBe(false);
  });
});
