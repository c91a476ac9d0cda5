import { join } from 'node:path';
import { createReadHandlers } from '../../collector/api.ts';
import { DEFAULT_CONFIG } from '../../collector/contract/config.ts';
import { systemClock } from '../../collector/lib/clock.ts';
import { createPlatform } from '../../collector/platform/index.ts';
import type { Store } from '../../collector/store/store.ts';
import type { WindowOptions } from '../../collector/window-handlers.ts';

/** Of a window over a store, with files in a folder of its own: nothing is watched, sent or looked at behind it. */
export function windowOptions(
  store: Store,
  folder: string,
  over: Partial<WindowOptions> = {},
): WindowOptions {
  return {
    store,
    clock: systemClock,
    platform: createPlatform(),
    config: DEFAULT_CONFIG,
    userFile: join(folder, 'config.json'),
    actor: { user: 'ana', uid: 1000 },
    version: '1',
    readHandlers: createReadHandlers(store),
    reporting: {
      stats: () => ({ on: false, mode: 'off', state: 'off' }),
      preview: () => Promise.resolve(undefined),
      wake: () => undefined,
    },
    processes: () => [],
    witnesses: () => ({
      processes: { source: 'polling', living: 0, agents: 0, missed: 0 },
      network: { working: false, bytes: false },
      attribution: { processes: 0, withSession: 0, withToolCall: 0 },
      counted: 0,
    }),
    status: () => ({ phase: 'watching', startedMs: 1, files: { known: 0, pending: 0 } }),
    health: () => [],
    uiStateFile: join(folder, 'window.json'),
    asideDir: join(folder, 'aside'),
    fingerprint: (value) => String(value.length),
    onFileChanged: () => undefined,
    onApproved: () => undefined,
    send: () => undefined,
    hears: () => true,
    onError: () => undefined,
    ...over,
  };
}
