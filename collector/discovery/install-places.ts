import type { PathPattern } from '../agents/spec-discovery.ts';

/** Where each kind of installer puts things (2026-11). Places that an OS does not have expand to nothing there. */

/** Folders that hold global npm packages: `<folder>/<package>/package.json`. */
export const NPM_FOLDERS: readonly PathPattern[] = [
  '/usr/local/lib/node_modules',
  '/usr/lib/node_modules',
  '/opt/homebrew/lib/node_modules',
  '{npm_config_prefix|~/.npm-global}/lib/node_modules',
  '~/.npm-packages/lib/node_modules',
  '~/.local/lib/node_modules',
  '~/n/lib/node_modules',
  '{NVM_DIR|~/.nvm}/versions/node/*/lib/node_modules',
  '{FNM_DIR|{data}/fnm}/node-versions/*/installation/lib/node_modules',
  '~/Library/Application Support/fnm/node-versions/*/installation/lib/node_modules',
  '~/.asdf/installs/nodejs/*/lib/node_modules',
  '~/.local/share/mise/installs/node/*/lib/node_modules',
  '{VOLTA_HOME|~/.volta}/tools/image/packages/*/lib/node_modules',
  '{VOLTA_HOME|~/.volta}/tools/image/packages/*/*/lib/node_modules',
  '{PNPM_HOME|{data}/pnpm}/global/*/node_modules',
  '~/Library/pnpm/global/*/node_modules',
  '{BUN_INSTALL|~/.bun}/install/global/node_modules',
  '~/.config/yarn/global/node_modules',
  '{appSupport}/npm/node_modules',
  '{appSupport}/nvm/*/node_modules',
  '{appSupport}/fnm/node-versions/*/installation/node_modules',
  '{localAppData}/pnpm/global/*/node_modules',
  '{localAppData}/Volta/tools/image/packages/*/node_modules',
  '{localAppData}/Yarn/Data/global/node_modules',
  '{programFiles}/nodejs/node_modules',
  '~/scoop/persist/nodejs/bin/node_modules',
];

/** Folders that are usually on the PATH. */
export const PROGRAM_FOLDERS: readonly PathPattern[] = [
  '~/.local/bin',
  '~/bin',
  '/usr/local/bin',
  '/usr/bin',
  '/opt/homebrew/bin',
  '/home/linuxbrew/.linuxbrew/bin',
  '/snap/bin',
  '~/.nix-profile/bin',
  '{localAppData}/Microsoft/WinGet/Links',
  '~/scoop/shims',
  '{appSupport}/npm',
];

export const HOMEBREW_FOLDERS: readonly PathPattern[] = [
  '/opt/homebrew/Cellar',
  '/opt/homebrew/Caskroom',
  '/usr/local/Cellar',
  '/usr/local/Caskroom',
  '/home/linuxbrew/.linuxbrew/Cellar',
];

export const BUNDLE_FOLDERS: readonly PathPattern[] = ['/Applications', '~/Applications'];
