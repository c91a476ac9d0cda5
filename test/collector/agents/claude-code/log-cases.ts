/** Fixtures under `test/fixtures/agents/claude-code`, and the place of each file below `projects`. */
export const PATHS: Readonly<Record<string, string>> = {
  conversation: '-home-jane-shop/5b1d7c1e-3a52-4c0f-9f53-000000000001.jsonl',
  tools: '-home-jane-shop/5b1d7c1e-3a52-4c0f-9f53-000000000001.jsonl',
  results: '-home-jane-shop/5b1d7c1e-3a52-4c0f-9f53-000000000001.jsonl',
  'system-and-attachments': '-home-jane-shop/5b1d7c1e-3a52-4c0f-9f53-000000000001.jsonl',
  bookkeeping: '-home-jane-shop/5b1d7c1e-3a52-4c0f-9f53-000000000001.jsonl',
  subagent: '-home-jane-shop/5b1d7c1e-3a52-4c0f-9f53-000000000001/subagents/workflows/w1/agent-a1b2c3.jsonl',
  sidechain: '-home-jane-shop/5b1d7c1e-3a52-4c0f-9f53-000000000001.jsonl',
  'fork-parent': '-home-jane-shop/5b1d7c1e-3a52-4c0f-9f53-000000000001.jsonl',
  'fork-child': '-home-jane-shop/5b1d7c1e-3a52-4c0f-9f53-000000000002.jsonl',
};
