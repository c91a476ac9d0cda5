import { join } from 'node:path';
import type { CollectorStatus, Result } from './contract/ipc.ts';
import { createControlHandlers } from './control.ts';
import type { ServedHandlers } from './ipc/dispatch.ts';
import { IpcServer } from './ipc/server.ts';
import { writeToken } from './lib/token-file.ts';
import type { CollectorOptions, Parts } from './parts.ts';
import type { Platform } from './platform/platform.ts';
import { checkBehind } from './store/check.ts';
import { reasonOf } from './store-faults.ts';
import type { WindowOptions } from './window-handlers.ts';
import { Window } from './window.ts';

export interface ServingOptions {
  readonly parts: Parts;
  readonly collector: CollectorOptions;
  readonly status: () => CollectorStatus;
  /** The cheap part of it. */
  readonly progress: WindowOptions['status'];
  /** A file of an agent was changed by the window: the machine is to be looked at again. */
  readonly onFileChanged: () => void;
  /** A decision changed what the findings say, and no file. */
  readonly onApproved: () => void;
  /** A caller wants the collector to end; it has its answer already. */
  readonly onStop: () => void;
  /** Ends what requests still do. */
  readonly signal: AbortSignal;
}

/** The local API, on its socket and for the window. */
export interface Serving {
  /** Lets a browser in: an address that is good for one use. */
  openWindow(): Promise<Result<'ui.open'>>;
  close(): Promise<void>;
}

/** Answers requests from now on. */
export async function serve(options: ServingOptions): Promise<Serving> {
  const { parts } = options;
  const { paths, version, log, platform, clock } = options.collector;
  const { store, processes, witnessing, reporting, running, actor, outlet, readHandlers } = parts;
  const socket: { server?: IpcServer } = {};
  const onError = (error: unknown, method: string): void => {
    log.error({ method, reason: reasonOf(error) }, 'request failed');
  };
  const window = new Window({
    store,
    clock,
    platform,
    get config() {
      return running.now;
    },
    onSettings: () => {
      running.reloadTelling(parts.health);
    },
    userFile: userSettings(platform),
    actor,
    version,
    readHandlers,
    reporting,
    processes: () => processes.lastSeen().processes,
    witnesses: () => witnessing.state(),
    status: options.progress,
    health: () => parts.health.list(),
    uiStateFile: paths.uiState,
    asideDir: paths.aside,
    onFileChanged: options.onFileChanged,
    onApproved: options.onApproved,
    fingerprint: parts.fingerprint,
    send: (notice) => {
      socket.server?.publish(notice);
    },
    hears: (name) => socket.server?.hears(name) === true,
    onError,
  });
  const handlers: ServedHandlers = {
    ...readHandlers,
    ...parts.baselining.handlers,
    ...window.handlers,
    ...window.threaded,
    ...createControlHandlers({
      store,
      processes,
      witnessing,
      clock,
      actor,
      os: platform.os,
      onPerformed: (event) => {
        reporting.wake();
        outlet.publish({ name: 'events.created', body: { events: [event] } });
      },
    }),
    'status.get': options.status,
    'store.check': async () => ({ problems: [...(await checkBehind(store.path, options.signal))] }),
    'collector.stop': () => {
      // Answer first, then go.
      setImmediate(options.onStop);
      return {};
    },
  };
  const token = writeToken(paths.token);
  const server = await IpcServer.listen({ address: paths.address, token, version, handlers, onError });
  socket.server = server;
  outlet.attach(window);
  await window.start(handlers);
  return {
    openWindow: () => window.open(),
    close: async () => {
      await window.close();
      await server.close();
    },
  };
}

/** Where settings come from: what the organisation says, and what the user says. */
export function settingsFiles(platform: Platform): readonly string[] {
  return [platform.folders.policyFile, userSettings(platform)];
}

function userSettings(platform: Platform): string {
  return join(platform.folders.configDir, 'config.json');
}
