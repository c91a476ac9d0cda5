const PARENT = '2026/11/03/rollout-2026-11-03T10-00-00-019e7583-0b33-7912-a209-000000000001.jsonl';
const FORK = '2026/11/03/rollout-2026-11-03T10-20-00-019e7590-5201-7901-b1e7-000000000002.jsonl';

/** Fixtures under `test/fixtures/agents/codex`, and the place of each file below `sessions`. */
export const PATHS: Readonly<Record<string, string>> = {
  legacy: PARENT,
  events: PARENT,
  paginated: PARENT,
  'code-mode': PARENT,
  flat: 'rollout-2025-06-03-019e7583-0b33-7912-a209-000000000001.jsonl',
  'fork-parent': PARENT,
  'fork-child': FORK,
  subagent: '2026/11/03/rollout-2026-11-03T10-30-00-019e7595-5201-7901-b1e7-000000000003.jsonl',
  'history-base': FORK,
  headless: PARENT,
};
