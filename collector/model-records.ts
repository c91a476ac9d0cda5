import { LocalModel, type ModelRecord } from './contract/agent.ts';
import type { Store } from './store/store.ts';

/** Models that sessions used, and those that lie or run on this machine; what was used last comes first. */
export function modelRecords(store: Store): ModelRecord[] {
  const byModel = new Map<string, ModelRecord>();
  for (const { model, agentId, sessions, tokens, lastUsedMs } of store.read.models()) {
    const before = byModel.get(model) ?? empty(model);
    byModel.set(model, {
      ...before,
      agentIds: [...before.agentIds, agentId],
      sessions: before.sessions + sessions,
      tokens: {
        input: before.tokens.input + tokens.input,
        output: before.tokens.output + tokens.output,
        cacheRead: before.tokens.cacheRead + tokens.cacheRead,
        cacheWrite: before.tokens.cacheWrite + tokens.cacheWrite,
      },
      lastUsedMs: Math.max(before.lastUsedMs ?? 0, lastUsedMs),
      byAgent: [...(before.byAgent ?? []), { agentId, sessions, tokens, lastUsedMs }],
    });
  }
  addLocal(
    byModel,
    store.inventory.list('model').map(({ value }) => LocalModel.parse(value)),
  );
  return [...byModel.values()].sort(
    (a, b) => (b.lastUsedMs ?? 0) - (a.lastUsedMs ?? 0) || (a.id < b.id ? -1 : 1),
  );
}

/** A model that an agent used under the name it has here is the local one: `ollama/llama3.2:3b`, `llama3.2:3b`. */
function addLocal(byModel: Map<string, ModelRecord>, local: readonly LocalModel[]): void {
  const used = new Map([...byModel.keys()].map((id) => [id.toLowerCase(), id]));
  for (const { name, runtime, path, place, running, listens } of local) {
    const on = {
      runtime,
      running,
      listens,
      ...(path !== undefined && { path }),
      ...(place !== undefined && { place }),
    };
    const key = [name, `${runtime}/${name}`, name.replace(/:latest$/, '')]
      .flatMap((one) => used.get(one.toLowerCase()) ?? [])
      .at(0);
    const id = key ?? name;
    const before = byModel.get(id) ?? empty(id);
    byModel.set(id, { ...before, provider: runtime, local: true, on: [...(before.on ?? []), on] });
  }
}

function empty(id: string): ModelRecord {
  return {
    id,
    provider: providerOf(id),
    local: false,
    agentIds: [],
    sessions: 0,
    tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  };
}

const PROVIDERS: readonly (readonly [prefix: RegExp, provider: string])[] = [
  [/^(us\.|eu\.|apac\.)?anthropic\.|^bedrock\//, 'aws.bedrock'],
  [/claude/, 'anthropic'],
  [/^(gpt|o\d|codex|chatgpt)/, 'openai'],
  [/^gemini|^gemma/, 'gcp.gemini'],
  [/^grok/, 'x_ai'],
  [/^deepseek/, 'deepseek'],
  [/^(mistral|codestral|devstral)/, 'mistral_ai'],
  [/^qwen/, 'alibaba'],
  [/^kimi/, 'moonshot'],
];

/** OpenTelemetry `gen_ai.provider.name` by the look of a model name; `unknown` when it tells nothing. */
function providerOf(model: string): string {
  return PROVIDERS.find(([prefix]) => prefix.test(model))?.[1] ?? 'unknown';
}
