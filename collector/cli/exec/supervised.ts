import type { LaunchPlan } from './launch.ts';

/** One agent to run under supervision. */
export interface Supervised {
  readonly launch: LaunchPlan;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Called once, when it runs. */
  readonly onStart: (pid: number) => void;
}
