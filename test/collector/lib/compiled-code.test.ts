import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'reeve-code-'));
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Where the main thread and a thread of it keep compiled code, one a line. */
function foldersOf(enable: boolean): string[] {
  const file = new URL('../../../collector/lib/compiled-code.ts', import.meta.url).href;
  const script = `
    import { enableCompileCache, getCompileCacheDir } from 'node:module';
    import { Worker } from 'node:worker_threads';
    import { threadEnv } from ${JSON.stringify(file)};
    if (${enable}) enableCompileCache({ directory: ${JSON.stringify(folder)}, portable: true });
    console.log(String(getCompileCacheDir()));
    const thread = "const m = process.getBuiltinModule('node:module'); console.log(String(m.getCompileCacheDir()), process.env.KEPT);";
    new Worker(thread, { eval: true, ...threadEnv() });
  `;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], KEPT: 'kept' },
  });
  return stdout.trim().split('\n');
}

describe('the environment of a thread', () => {
  it('points to the compiled code of the thread that starts it, and keeps the rest', () => {
    const [main, thread] = foldersOf(true);
    expect(main).toContain(folder);
    expect(thread).toBe(`${main} kept`);
  });

  it('is what it was where nothing was compiled', () => {
    expect(foldersOf(false)).toEqual(['undefined', 'undefined kept']);
  });
});

describe('the flags of V8', () => {
  it('fit the compiled code of the build, also for threads that start when the heap is kept small', () => {
    const file = new URL('../../../collector/lib/memory.ts', import.meta.url).href;
    const script = `
      import { cachedDataVersionTag, setFlagsFromString } from 'node:v8';
      import { keepHeapSmall, START_FLAG } from ${JSON.stringify(file)};
      setFlagsFromString(START_FLAG);
      const built = cachedDataVersionTag();
      keepHeapSmall();
      console.log(built === cachedDataVersionTag());
    `;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    expect(stdout.trim()).toBe('true');
  });
});
