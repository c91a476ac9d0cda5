/** The one module that imports Electron at run time: gathers what the app needs of this machine and starts it. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  nativeImage,
  nativeTheme,
  Notification,
  protocol,
  session,
  Tray,
} from 'electron';
import { readToken } from '../collector/lib/token-file.ts';
import { pathsOf } from '../collector/paths.ts';
import { stateFolderOf } from '../collector/platform/state-folder.ts';
import { CollectorLink } from './collector-link.ts';
import { collectorCommand, CollectorProcess } from './collector-process.ts';
import type { ElectronLike } from './electron-like.ts';
import { createLoginItem } from './login-item.ts';
import { startApp } from './main.ts';

const STATE_FLAG = '--state=';

const { platform, env } = process;
const os = platform === 'darwin' || platform === 'win32' ? platform : 'linux';
/** `dist`, in a checkout as in the package. */
const bundles = fileURLToPath(new URL('..', import.meta.url));
const asked = process.argv.find((text) => text.startsWith(STATE_FLAG))?.slice(STATE_FLAG.length);
const stateDir = asked === undefined ? undefined : resolve(asked);
const paths = pathsOf({ os, folders: { stateDir: stateFolderOf(os, env, homedir()) } }, stateDir);

const electron: ElectronLike = {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  nativeImage,
  nativeTheme,
  Notification,
  protocol,
  session,
  Tray,
};
const link = new CollectorLink({
  address: paths.address,
  readToken: () => readToken(paths.token),
  version: app.getVersion(),
  starter: new CollectorProcess(
    collectorCommand({ packaged: app.isPackaged, platform, resources: process.resourcesPath, bundles }),
    stateDir,
    env,
  ),
  nowMs: Date.now,
  random: Math.random,
});

startApp({
  electron,
  link,
  loginItem: createLoginItem(app, {
    platform,
    program: env['APPIMAGE'] ?? process.execPath,
    configHome: env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'),
  }),
  platform,
  argv: process.argv.slice(1),
  windowRoot: join(bundles, 'renderer'),
  preload: join(bundles, 'app', 'preload.cjs'),
  desktop: env['XDG_CURRENT_DESKTOP'] ?? '',
  nowMs: Date.now,
  onError: (error) => {
    process.stderr.write(`reeve: ${error instanceof Error ? error.message : 'failed'}\n`);
  },
}).catch((error: unknown) => {
  process.stderr.write(`reeve: the app cannot start: ${error instanceof Error ? error.message : 'failed'}\n`);
  app.exit(3);
});
