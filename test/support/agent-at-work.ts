import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoAgent } from '../../collector/cli/demo/story.ts';

export type WorkStep = { readonly afterMs?: number } & (
  | { readonly kind: 'tool'; readonly command: string }
  /** What agents run for themselves, without a tool call. */
  | { readonly kind: 'own'; readonly argv: readonly string[] }
  /** Runs, and is not in the log. */
  | { readonly kind: 'hidden'; readonly command: string }
  /** Is in the log, and does not run. */
  | { readonly kind: 'claimed'; readonly command: string }
);

export interface WorkPlan {
  readonly agent: DemoAgent;
  readonly session: string;
  readonly home: string;
  readonly cwd: string;
  readonly markers: Readonly<Record<string, string>>;
  readonly steps: readonly WorkStep[];
  /** `false`: it keeps no log at all. */
  readonly logs?: boolean;
}

const SCRIPT = new URL('./working-agent.ts', import.meta.url).pathname;
const PROGRAMS: Readonly<Record<DemoAgent, string>> = {
  'claude-code': 'claude',
  codex: 'codex',
  'gemini-cli': 'gemini',
  'copilot-cli': 'copilot',
};

/** Without the checkout's own programs: one below `/tmp` would make every `node` of these agents look out of place. */
function ownPrograms(): string {
  return (process.env['PATH'] ?? '')
    .split(':')
    .filter((folder) => !folder.includes('/node_modules/'))
    .join(':');
}

/** Starts a stand-in; `done` resolves when its plan is carried out. It goes on until its input ends. */
export function startWork(plan: WorkPlan): { readonly child: ChildProcess; readonly done: Promise<void> } {
  mkdirSync(plan.cwd, { recursive: true });
  const file = join(plan.home, `${plan.session}.json`);
  writeFileSync(file, JSON.stringify(plan));
  const child = spawn(process.execPath, [SCRIPT, file], {
    argv0: PROGRAMS[plan.agent],
    cwd: plan.cwd,
    env: { PATH: ownPrograms(), HOME: plan.home },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const done = new Promise<void>((resolve) =>
    child.stdout.once('data', () => {
      resolve();
    }),
  );
  return { child, done };
}
