import type { LocalModel } from '../contract/agent.ts';
import type { Connection } from '../contract/connection.ts';
import { processId, type ProcessInfo } from '../contract/process.ts';
import { shortHash } from './credentials.ts';
import { MODEL_RUNTIMES, type ModelFolder, runtimeOf, servedModel } from './model-runtimes.ts';
import type { HomeScan } from './scan.ts';

const MAX_MODELS = 1_000;

/** Models that lie in the folders of a home, by name: nothing of them is opened. */
export function modelsInFolders(home: HomeScan): readonly LocalModel[] {
  const found = new Map<string, LocalModel>();
  for (const runtime of MODEL_RUNTIMES) {
    for (const folder of runtime.folders) {
      const place = home.places.expand(folder.path);
      for (const path of place === undefined ? [] : home.files.find(place.path)) {
        const name = nameOf(path, folder);
        if (name === undefined || found.size >= MAX_MODELS) continue;
        const model = record(runtime.id, name, path);
        found.set(model.id, model);
      }
    }
  }
  return [...found.values()];
}

function nameOf(path: string, { name }: ModelFolder): string | undefined {
  const parts = path.split('/');
  const last = parts.at(-1) ?? '';
  const above = parts.at(-2) ?? '';
  if (last.startsWith('.')) return undefined;
  switch (name) {
    case 'joined':
      return above === 'models' ? last : `${above}/${last}`;
    case 'tagged': {
      const owner = parts.at(-3);
      return `${owner === 'library' || owner === undefined ? '' : `${owner}/`}${above}:${last}`;
    }
    case 'huggingface':
      return last.slice('models--'.length).replaceAll('--', '/');
    case 'file':
      return last.replace(/\.gguf$/i, '');
  }
}

/** Runtimes that run, with the model each was told to serve and where it listens. Pure. */
export function modelsRunning(
  processes: readonly ProcessInfo[],
  connections: readonly Connection[],
): readonly LocalModel[] {
  const listeners = Map.groupBy(
    connections.filter(({ listening }) => listening),
    ({ process }) => processId(process),
  );
  const found = new Map<string, LocalModel>();
  for (const process of processes) {
    const runtime = runtimeOf(process);
    if (runtime === undefined || found.size >= MAX_MODELS) continue;
    const name = servedModel(process, runtime) ?? runtime.id;
    const model = record(runtime.id, name);
    const known = found.get(model.id) ?? model;
    const listens = (listeners.get(processId(process)) ?? []).map(({ local }) => local);
    found.set(model.id, {
      ...known,
      running: [...known.running, { pid: process.pid, startTimeMs: process.startTimeMs }],
      listens: [...known.listens, ...listens.map(({ address, port }) => ({ address, port }))],
    });
  }
  return [...found.values()];
}

/** One record for a model that lies here and is served as well. */
export function joinModels(...lists: readonly (readonly LocalModel[])[]): readonly LocalModel[] {
  const byId = new Map<string, LocalModel>();
  for (const model of lists.flat()) {
    const known = byId.get(model.id);
    byId.set(
      model.id,
      known === undefined
        ? model
        : {
            ...known,
            ...model,
            ...(known.path !== undefined && { path: known.path }),
            running: [...known.running, ...model.running],
            listens: [...known.listens, ...model.listens],
          },
    );
  }
  return [...byId.values()];
}

function record(runtime: string, name: string, path?: string): LocalModel {
  return {
    id: `model:${shortHash(runtime, name)}`,
    name,
    runtime,
    ...(path !== undefined && { path }),
    running: [],
    listens: [],
  };
}
