import { afterEach, describe, expect, it } from 'vitest';
import { LocalModel } from '../../../collector/contract/agent.ts';
import type { Connection } from '../../../collector/contract/connection.ts';
import type { ProcessInfo } from '../../../collector/contract/process.ts';
import { joinModels, modelsRunning } from '../../../collector/discovery/local-models.ts';
import { localModelPorts, runtimeOf } from '../../../collector/discovery/model-runtimes.ts';
import { discoverHome } from '../../support/discover-home.ts';
import { buildHome, type HomeBuilder } from '../../support/home-builder.ts';

const homes: HomeBuilder[] = [];
function home(...args: Parameters<typeof buildHome>): HomeBuilder {
  const built = buildHome(...args);
  homes.push(built);
  return built;
}
afterEach(() => {
  for (const built of homes.splice(0)) built.remove();
});

let pids = 100;
function run(line: string, executable?: string): ProcessInfo {
  const argv = line.split(' ');
  const name = (argv[0] ?? '').split('/').at(-1) ?? '';
  return {
    pid: ++pids,
    startTimeMs: 1,
    parentPid: 1,
    name,
    argv,
    ...(executable !== undefined && { executable }),
  };
}

describe('models of this machine', () => {
  it('are found by name in the folders of each runtime', async () => {
    const jane = home()
      .json('.ollama/models/manifests/registry.ollama.ai/library/llama3.2/3b', {})
      .json('.ollama/models/manifests/registry.ollama.ai/jane/tuned/latest', {})
      .folder('.lmstudio/models/qwen/qwen3-8b')
      .folder('.cache/huggingface/hub/models--google--gemma-3-4b')
      .text('.cache/llama.cpp/phi-4-q4.gguf', '')
      .folder('.cache/huggingface/hub/datasets--x--y');
    const { models } = await discoverHome(jane);
    expect(models.map((model) => LocalModel.parse(model))).toEqual(models);
    expect(models.map(({ runtime, name }) => `${runtime} ${name}`)).toEqual([
      'ollama jane/tuned:latest',
      'ollama llama3.2:3b',
      'lm-studio qwen/qwen3-8b',
      'llama.cpp phi-4-q4',
      'huggingface google/gemma-3-4b',
    ]);
  });

  it.each([
    ['/usr/bin/ollama serve', 'ollama', 'ollama'],
    ['/usr/bin/llama-server -m /models/phi-4-q4.gguf --port 9000', 'llama.cpp', 'phi-4-q4'],
    ['python3 -m vllm.entrypoints.openai.api_server --model qwen/qwen3-8b', 'vllm', 'qwen/qwen3-8b'],
    ['/venv/bin/python /venv/bin/vllm serve meta/llama-4 --port 8001', 'vllm', 'meta/llama-4'],
    ['python -m mlx_lm.server --model mlx/gemma', 'mlx-lm', 'mlx/gemma'],
    ['llmster', 'lm-studio', 'lm-studio'],
  ])('%s serves with %s', (line, runtime, name) => {
    expect(modelsRunning([run(line)], [])).toMatchObject([{ runtime, name, running: [{}] }]);
  });

  it.each(['python3 train.py --model qwen', 'cat llama-server', 'vim vllm.py', 'node server.js'])(
    '%s is no runtime',
    (line) => {
      expect(runtimeOf(run(line))).toBeUndefined();
    },
  );

  it('tells where a runtime listens, and joins what lies here with what runs', () => {
    const process = run('llama-server -m /m/phi-4-q4.gguf --port 9000');
    const listener: Connection = {
      process,
      protocol: 'tcp',
      local: { address: '0.0.0.0', port: 9000 },
      state: 'listen',
      listening: true,
    };
    const [running] = modelsRunning([process], [listener]);
    if (running === undefined) throw new Error('it runs');
    expect(running.listens).toEqual([{ address: '0.0.0.0', port: 9000 }]);
    const lying = { ...running, path: '/m/phi-4-q4.gguf', running: [], listens: [] };
    expect(joinModels([lying], [running])).toEqual([{ ...running, path: lying.path }]);
    expect([...localModelPorts([process, run('ollama serve')])]).toEqual([
      [9000, 'llama.cpp'],
      [11_434, 'ollama'],
    ]);
  });
});
