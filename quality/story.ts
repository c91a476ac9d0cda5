/** What a corpus tells: what agents did on one machine, in order, and what should be said about it. */

export type Os = 'linux' | 'darwin' | 'win32';
export type AgentName = 'claude-code' | 'codex';

/** What one tool call asked for, in words every agent's log format can be written from. */
export type Call =
  | { readonly kind: 'shell' | 'powershell' | 'cmd'; readonly text: string }
  | { readonly kind: 'read' | 'search'; readonly text: string }
  | { readonly kind: 'write'; readonly text: string; readonly content: string }
  | { readonly kind: 'fetch'; readonly text: string }
  | { readonly kind: 'websearch'; readonly text: string }
  | { readonly kind: 'mcp'; readonly server: string; readonly tool: string; readonly args: unknown };

/** `ok` with what came back, or why nothing did. */
export interface CallOutcome {
  readonly status: 'ok' | 'error' | 'denied';
  readonly output: string;
}

export type Step =
  | { readonly kind: 'prompt'; readonly text: string }
  | { readonly kind: 'mode'; readonly text: string }
  | { readonly kind: 'call'; readonly call: Call; readonly outcome: CallOutcome }
  /** Minutes that pass before the next step. */
  | { readonly kind: 'wait'; readonly minutes: number };

/** One run of one agent, or of a sub-agent of it. */
export interface SessionOf {
  readonly agent: AgentName;
  /** As written: `~/shop`. */
  readonly cwd: string;
  /** Position of the session this one is a sub-agent of. */
  readonly parent?: number;
}

export interface Expected {
  /** Any of these rules says enough. */
  readonly rules: readonly string[];
  readonly severity: 'medium' | 'high' | 'critical';
}

export interface Story {
  readonly name: string;
  /** File the story is in, without its ending: the kind of work or the kind of attack. */
  readonly group: string;
  readonly os: Os;
  readonly sessions: readonly SessionOf[];
  readonly steps: readonly { readonly session: number; readonly step: Step }[];
  /** Absent: ordinary work, about which nothing at medium or above is to be said. */
  readonly expected?: Expected;
  /** How the story was varied; absent for the story as written. */
  readonly variant?: string;
}

export function countCalls(story: Story): number {
  return story.steps.filter(({ step }) => step.kind === 'call').length;
}
