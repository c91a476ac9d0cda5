import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import type { WorkerOptions } from 'node:worker_threads';

/**
 * Lets a thread take up compiled code where this one does: by itself it does not, and by the time it could ask for it
 * its imports are compiled already.
 * @returns nothing to set when this thread has no compiled code
 */
export function threadEnv(): Pick<WorkerOptions, 'env'> {
  const directory = getCompileCacheDir();
  if (directory === undefined) return {};
  return {
    env: { ...process.env, NODE_COMPILE_CACHE: dirname(directory), NODE_COMPILE_CACHE_PORTABLE: '1' },
  };
}
