import { contextBridge, ipcRenderer } from 'electron';
import { exposeBridge } from './preload.ts';

exposeBridge({ contextBridge, ipcRenderer });
