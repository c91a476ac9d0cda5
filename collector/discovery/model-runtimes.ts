import type { ProcessInfo } from '../contract/process.ts';
import type { PathPattern } from '../agents/spec-discovery.ts';
import { withSlashes } from './expand-path.ts';
import { programName } from './package-spec.ts';

/** Something that runs models on this machine: how its process looks, and where its models lie. */
export interface ModelRuntime {
  readonly id: string;
  /** Base names of the program, lower case. */
  readonly programs: readonly string[];
  /** Or: what an interpreter was given to run, as a part of one of its first arguments. */
  readonly modules?: readonly string[];
  /** With a program of another runtime's name: a part of the path that must be there. */
  readonly paths?: readonly string[];
  /** Port it takes requests on unless told otherwise. */
  readonly port?: number;
  /** Options that name the model it serves; `@1` is the argument after that word: `vllm serve MODEL`. */
  readonly modelOptions?: readonly string[];
  readonly folders: readonly ModelFolder[];
}

export interface ModelFolder {
  readonly path: PathPattern;
  /** Name of the model from the parts of the path that `*` stood for. */
  readonly name: 'joined' | 'tagged' | 'huggingface' | 'file';
}

const GGUF = ['--model', '-m', '--hf-repo', '-hf', '--alias', '-a'];

/** Local inference (products' documentation, 2026-11). The first that fits is it. */
export const MODEL_RUNTIMES: readonly ModelRuntime[] = [
  {
    id: 'ollama',
    programs: ['ollama', 'ollama app'],
    port: 11_434,
    folders: [
      { path: '{OLLAMA_MODELS|~/.ollama/models}/manifests/registry.ollama.ai/*/*/*', name: 'tagged' },
    ],
  },
  {
    id: 'lm-studio',
    programs: ['lm studio', 'lm-studio', 'llmster'],
    port: 1_234,
    folders: [
      { path: '{LM_STUDIO_HOME|~/.lmstudio}/models/*/*', name: 'joined' },
      { path: '~/.cache/lm-studio/models/*/*', name: 'joined' },
    ],
  },
  {
    id: 'vllm',
    programs: ['vllm'],
    modules: ['vllm.entrypoints', '/vllm', 'bin/vllm'],
    port: 8_000,
    modelOptions: ['serve', '--model', '--served-model-name'],
    folders: [],
  },
  {
    id: 'sglang',
    programs: ['sglang'],
    modules: ['sglang.launch_server'],
    port: 30_000,
    modelOptions: ['--model-path', '--model'],
    folders: [],
  },
  {
    id: 'mlx-lm',
    programs: ['mlx_lm.server'],
    modules: ['mlx_lm.server', 'mlx_lm'],
    port: 8_080,
    modelOptions: ['--model'],
    folders: [],
  },
  {
    id: 'tgi',
    programs: ['text-generation-launcher', 'text-generation-router'],
    port: 3_000,
    modelOptions: ['--model-id'],
    folders: [],
  },
  {
    id: 'koboldcpp',
    programs: ['koboldcpp'],
    modules: ['koboldcpp.py'],
    port: 5_001,
    modelOptions: ['--model'],
    folders: [],
  },
  { id: 'local-ai', programs: ['local-ai', 'localai'], port: 8_080, folders: [] },
  { id: 'llamafile', programs: ['llamafile', 'llamafiler'], port: 8_080, modelOptions: GGUF, folders: [] },
  {
    id: 'llama.cpp',
    programs: ['llama-server', 'llama-cli', 'llama-run'],
    modules: ['llama_cpp.server'],
    port: 8_080,
    modelOptions: GGUF,
    folders: [{ path: '{LLAMA_CACHE|{cache}/llama.cpp}/*.gguf', name: 'file' }],
  },
  {
    id: 'jan',
    programs: ['jan'],
    port: 1_337,
    folders: [
      { path: '{data}/Jan/data/llamacpp/models/*', name: 'joined' },
      { path: '{appSupport}/Jan/data/llamacpp/models/*', name: 'joined' },
    ],
  },
  {
    id: 'gpt4all',
    programs: ['gpt4all'],
    port: 4_891,
    folders: [
      { path: '{data}/nomic.ai/GPT4All/*.gguf', name: 'file' },
      { path: '{appSupport}/nomic.ai/GPT4All/*.gguf', name: 'file' },
    ],
  },
  {
    id: 'huggingface',
    programs: [],
    folders: [{ path: '{HF_HOME|~/.cache/huggingface}/hub/models--*', name: 'huggingface' }],
  },
];

const INTERPRETER = /^(?:python|pypy|node|bun)(?:[\d.]*)$/;
const SCRIPT_ARGUMENTS = 4;

/** Which runtime a process is, if any. Pure. */
export function runtimeOf(process: ProcessInfo): ModelRuntime | undefined {
  const names = [process.executable, process.argv[0], process.name].flatMap((part) =>
    part === undefined ? [] : [programName(part)],
  );
  const scripts = names.some((name) => INTERPRETER.test(name))
    ? process.argv.slice(1, 1 + SCRIPT_ARGUMENTS).map((arg) => withSlashes(arg).toLowerCase())
    : [];
  return MODEL_RUNTIMES.find(
    ({ programs, modules = [] }) =>
      names.some((name) => programs.includes(name)) ||
      scripts.some((script) =>
        modules.some(
          (module) => script === module || script.startsWith(`${module}.`) || script.endsWith(module),
        ),
      ),
  );
}

/** Model a runtime was told to serve, by its arguments: a path becomes the name of the file. */
export function servedModel(process: ProcessInfo, runtime: ModelRuntime): string | undefined {
  for (const option of [...(runtime.modelOptions ?? [])].reverse()) {
    const value = optionOf(process.argv, option);
    if (value === undefined) continue;
    const name = /\.gguf$/i.test(value)
      ? withSlashes(value)
          .split('/')
          .at(-1)
          ?.replace(/\.gguf$/i, '')
      : value;
    if (name !== undefined && name !== '' && name.length <= 200) return name;
  }
  return undefined;
}

/** Ports of this machine behind which a model answers, by what runs. Pure. */
export function localModelPorts(processes: readonly ProcessInfo[]): ReadonlyMap<number, string> {
  const ports = new Map<number, string>();
  for (const process of processes) {
    const runtime = runtimeOf(process);
    if (runtime === undefined) continue;
    const told = Number(optionOf(process.argv, '--port'));
    const port = Number.isInteger(told) && told > 0 ? told : runtime.port;
    if (port !== undefined) ports.set(port, runtime.id);
  }
  return ports;
}

function optionOf(argv: readonly string[], option: string): string | undefined {
  for (const [at, arg] of argv.entries()) {
    const next = argv[at + 1];
    if (arg === option && at > 0 && next !== undefined && !next.startsWith('-')) return next;
    if (option.startsWith('--') && arg.startsWith(`${option}=`)) return arg.slice(option.length + 1);
  }
  return undefined;
}
