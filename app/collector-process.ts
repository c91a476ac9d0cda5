import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The program that is the collector, with the Node it runs on. */
export interface CollectorCommand {
  readonly node: string;
  readonly entry: string;
}

export interface InstallFacts {
  readonly packaged: boolean;
  readonly platform: NodeJS.Platform;
  /** `process.resourcesPath` of the packaged app. */
  readonly resources: string;
  /** Folder of the bundles: `dist`. */
  readonly bundles: string;
}

/** Packaged, the collector lies beside the app with its own Node; in a checkout it is the bundle next to this one. */
export function collectorCommand({ packaged, platform, resources, bundles }: InstallFacts): CollectorCommand {
  const program = platform === 'win32' ? 'node.exe' : 'node';
  if (packaged)
    return {
      node: join(resources, 'collector', program),
      entry: join(resources, 'collector', 'dist', 'reeve.js'),
    };
  return { node: join(bundles, '../node_modules/node/bin', program), entry: join(bundles, 'reeve.js') };
}

/**
 * Starts the collector as a process of its own that outlives the app: watching does not end with the window. A second
 * one says so and ends, so that starting when in doubt is harmless.
 */
export class CollectorProcess {
  readonly #command: CollectorCommand;
  readonly #args: readonly string[];
  readonly #environment: NodeJS.ProcessEnv;
  #child: ChildProcess | undefined;
  #problem: string | undefined;
  #endedInOrder: number | undefined;

  /** @param stateDir another than the usual one; `undefined` for the usual one */
  constructor(command: CollectorCommand, stateDir: string | undefined, environment: NodeJS.ProcessEnv) {
    this.#command = command;
    this.#args = [...(stateDir === undefined ? [] : ['--state', stateDir]), 'run', '--quiet'];
    // Variables of the app's own runtime say nothing to Node, or the wrong thing.
    this.#environment = Object.fromEntries(
      Object.entries(environment).filter(
        ([name]) => !name.startsWith('ELECTRON_') && name !== 'NODE_OPTIONS',
      ),
    );
  }

  /** What kept the last start from working, for a person. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** One that we started and that has not ended. */
  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  /** Process id of the last one that we started and that ended because it was told to. */
  get endedInOrder(): number | undefined {
    return this.#endedInOrder;
  }

  /** Process id of the one we started, while it runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Is there something to start at all? */
  get isInstalled(): boolean {
    return existsSync(this.#command.node) && existsSync(this.#command.entry);
  }

  /** @returns `false` when there is nothing to start; whether it works is seen by connecting. */
  start(): boolean {
    if (this.#child !== undefined) return true;
    if (!this.isInstalled) {
      this.#problem = `There is no collector at ${this.#command.entry}.`;
      return false;
    }
    const child = spawn(this.#command.node, [this.#command.entry, ...this.#args], {
      detached: true,
      stdio: 'ignore',
      windowsHide: true,
      env: this.#environment,
    });
    this.#child = child;
    this.#problem = undefined;
    const ended = (problem: string | undefined): void => {
      if (this.#child !== child) return;
      this.#child = undefined;
      this.#problem = problem;
    };
    child.once('error', (error) => {
      ended(`The collector cannot be started: ${error.message}`);
    });
    child.once('exit', (code, signal) => {
      if (code === 0) this.#endedInOrder = child.pid;
      ended(
        code === 0
          ? undefined
          : `The collector ended at once (${signal ?? `exit code ${code ?? 'unknown'}`}).`,
      );
    });
    child.unref();
    return true;
  }
}
