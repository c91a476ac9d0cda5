import type { ActionDeps } from './actions/action.ts';
import { ACTIONS } from './actions/index.ts';
import { createProcessControl } from './actions/os/index.ts';
import { preview } from './actions/prepare.ts';
import { type ActionRequest, type ActionTarget, processKeyOf } from './contract/action.ts';
import { McpServer } from './contract/agent.ts';
import type { Actor } from './contract/event.ts';
import type { Handlers, SequencedEvent } from './contract/ipc.ts';
import type { Clock } from './lib/clock.ts';
import type { LiveProcesses } from './live-processes.ts';
import { runningServers } from './pipeline/running-servers.ts';
import type { Store } from './store/store.ts';
import type { Witnessing } from './witnessing.ts';

export interface ControlOptions {
  readonly store: Store;
  readonly processes: Pick<LiveProcesses, 'list' | 'resolve' | 'supervise' | 'forget'>;
  readonly witnessing: Pick<Witnessing, 'connections' | 'state'>;
  readonly clock: Clock;
  readonly actor: Actor;
  readonly os: NodeJS.Platform;
  /** An action was written down: tell whoever follows. */
  readonly onPerformed: (event: SequencedEvent) => void;
}

export type ControlMethod =
  | 'actions.preview'
  | 'actions.run'
  | 'processes.list'
  | 'mcpServers.running'
  | 'connections.list'
  | 'witnesses.get'
  | 'exec.started'
  | 'exec.ended';

/** Methods that look at or change what runs. Every action is written down, refused ones too. */
export function createControlHandlers(options: ControlOptions): Pick<Handlers, ControlMethod> {
  const { store, processes, clock, actor } = options;
  const control = createProcessControl(options.os, process.pid);

  const deps = async (request: ActionRequest): Promise<ActionDeps> => ({
    control: await control,
    monotonicMs: clock.monotonicMs,
    resolve: (target) => {
      const found = processes.resolve(target, nativeIdOf(target));
      if (request.action !== 'resume') return found;
      // What was paused may hang elsewhere by now; what stood still before the pause is left alone.
      const { paused, leave } = store.pausedProcesses();
      return {
        ...found,
        known: [...(found.known ?? []), ...paused.map(processKeyOf)],
        leave: leave.map(processKeyOf),
      };
    },
  });
  const nativeIdOf = (target: ActionTarget): string | undefined =>
    target.kind === 'session' ? store.read.session(target.id)?.nativeId : undefined;

  return {
    'actions.preview': async (request) => preview(request.target, await deps(request)),
    'actions.run': async (request) => {
      const { action, target, graceMs, reason, via } = request;
      const result = await ACTIONS[action].run(
        target,
        graceMs === undefined ? {} : { graceMs },
        await deps(request),
      );
      const { seq, event } = store.recordAction({
        timeMs: clock.nowMs(),
        actor: { user: actor.user, ...(actor.uid !== undefined && { uid: actor.uid }), via },
        action,
        target,
        ...(reason !== undefined && { reason }),
        result,
      });
      options.onPerformed({ seq, event });
      return result;
    },
    'processes.list': () => processes.list(),
    'mcpServers.running': async () => {
      const servers = store.inventory.list('mcp-server').map(({ value }) => McpServer.parse(value));
      const running = runningServers(servers, (await processes.list()).processes);
      return [...running].map(([id, found]) => ({ id, processes: [...found] }));
    },
    'connections.list': () => options.witnessing.connections(),
    'witnesses.get': () => options.witnessing.state(),
    'exec.started': (run) => {
      processes.supervise(run);
      return {};
    },
    'exec.ended': ({ id }) => {
      processes.forget(id);
      return {};
    },
  };
}
