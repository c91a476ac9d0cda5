import type { AgentSpec } from './spec.ts';

/** Every agent Reeve knows. */
export const AGENTS: readonly AgentSpec[] = [];
