import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type LocalModel, ModelRecord } from '../../collector/contract/agent.ts';
import { modelRecords } from '../../collector/model-records.ts';
import { Store } from '../../collector/store/store.ts';

const NOW = Date.UTC(2026, 10, 22);
const folder = mkdtempSync(join(tmpdir(), 'reeve-models-'));
let store: Store | undefined;
afterEach(() => {
  store?.close();
  rmSync(folder, { recursive: true, force: true });
});

const MODELS: readonly LocalModel[] = [
  { id: 'm1', name: 'llama3.2:3b', runtime: 'ollama', path: '/m', running: [], listens: [] },
  {
    id: 'm2',
    name: 'phi-4',
    runtime: 'llama.cpp',
    running: [{ pid: 1, startTimeMs: 1 }],
    listens: [{ address: '127.0.0.1', port: 8080 }],
  },
];

describe('modelRecords', () => {
  it('lists models that lie here beside those that sessions used', () => {
    store = Store.open({ path: join(folder, 'reeve.db'), nowMs: () => NOW });
    store.inventory.replace(
      {
        model: MODELS,
      },
      NOW,
    );
    const records = modelRecords(store);
    expect(records.map((record) => ModelRecord.parse(record))).toEqual(records);
    expect(records).toMatchObject([
      { id: 'llama3.2:3b', provider: 'ollama', local: true, on: [{ path: '/m' }] },
      { id: 'phi-4', provider: 'llama.cpp', local: true, on: [{ listens: [{ port: 8080 }] }] },
    ]);
  });
});
