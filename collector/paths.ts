import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Folders, Platform } from './platform/platform.ts';

/** Where everything of one collector is. */
export interface Paths {
  readonly stateDir: string;
  readonly store: string;
  readonly lock: string;
  readonly token: string;
  readonly log: string;
  readonly fingerprintKey: string;
  /** Private copies of other programs' databases, removed after reading. */
  readonly scratch: string;
  /** Files of agents as they were before a change that a person asked for. */
  readonly aside: string;
  /** Port and logins of the window in a browser. */
  readonly uiState: string;
  /** The newest version of a data pack that was ever in use. */
  readonly packVersion: string;
  /** Unix socket or named pipe of the local API. */
  readonly address: string;
}

/** The kernel's limit for a socket path is 104 bytes on macOS and 108 on Linux, with the final zero. */
const MAX_SOCKET_PATH = 100;

/** What decides it. */
interface Ground {
  readonly os: Platform['os'];
  readonly folders: Pick<Folders, 'stateDir'>;
}

/** @param stateDir overrides the usual folder (`--state`): a second, independent collector. */
export function pathsOf(platform: Ground, stateDir = platform.folders.stateDir): Paths {
  return {
    stateDir,
    store: join(stateDir, 'reeve.db'),
    lock: join(stateDir, 'collector.lock'),
    token: join(stateDir, 'api.token'),
    log: join(stateDir, 'log', 'collector.log'),
    fingerprintKey: join(stateDir, 'fingerprint.key'),
    scratch: join(stateDir, 'scratch'),
    uiState: join(stateDir, 'window.json'),
    aside: join(stateDir, 'aside'),
    packVersion: join(stateDir, 'pack-version'),
    address: addressOf(platform, stateDir),
  };
}

function addressOf(platform: Ground, stateDir: string): string {
  const name = createHash('sha256').update(stateDir).digest('hex').slice(0, 16);
  if (platform.os === 'win32') return `\\\\.\\pipe\\reeve-${name}`;
  const inState = join(stateDir, 'api.sock');
  if (Buffer.byteLength(inState) <= MAX_SOCKET_PATH) return inState;
  return join(tmpdir(), `reeve-${process.getuid?.() ?? 0}-${name}`, 'api.sock');
}
