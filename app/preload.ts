import type { ContextBridge, IpcRenderer } from 'electron';
import { type AppBridge, type BridgeState, CHANNELS } from './bridge-shape.ts';

export interface PreloadElectron {
  readonly contextBridge: Pick<ContextBridge, 'exposeInMainWorld'>;
  readonly ipcRenderer: Pick<IpcRenderer, 'invoke' | 'on' | 'send'>;
}

/**
 * Puts `window.reeve` into the page: requests, notifications and the state of the connection. No channel names, no
 * events of Electron and nothing generic get through; which requests there are, the main process decides.
 */
export function exposeBridge({ contextBridge, ipcRenderer }: PreloadElectron): void {
  const noticeListeners = new Set<(name: string, body: unknown) => void>();
  const stateListeners = new Set<(state: BridgeState) => void>();
  let state: BridgeState = { kind: 'connecting' };
  ipcRenderer.on(CHANNELS.state, (_event, next: BridgeState) => {
    state = next;
    for (const listener of stateListeners) listener(next);
  });
  ipcRenderer.on(CHANNELS.notice, (_event, name: string, body: unknown) => {
    for (const listener of noticeListeners) listener(name, body);
  });
  const bridge: AppBridge = {
    call: (method, params) => ipcRenderer.invoke(CHANNELS.call, method, params),
    onNotice: (listener) => {
      noticeListeners.add(listener);
      return () => noticeListeners.delete(listener);
    },
    onState: (listener) => {
      stateListeners.add(listener);
      listener(state);
      return () => stateListeners.delete(listener);
    },
  };
  contextBridge.exposeInMainWorld('reeve', bridge);
  ipcRenderer.send(CHANNELS.watch);
}
