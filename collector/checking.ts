import { ResponseError } from 'vscode-jsonrpc/node';
import type { Credential } from './contract/agent.ts';
import type { Config } from './contract/config.ts';
import type { Actor } from './contract/event.ts';
import type { Handlers, SequencedEvent } from './contract/ipc.ts';
import { type CheckOptions, checkOnRecord } from './credential-check.ts';
import { deciderOf, REFUSED } from './deciding.ts';
import type { Clock } from './lib/clock.ts';
import type { Store } from './store/store.ts';

export interface CheckingOptions extends Pick<CheckOptions, 'fingerprint' | 'endpoints' | 'ask'> {
  readonly store: Store;
  readonly clock: Clock;
  readonly actor: Actor;
  readonly allowed: () => Config['credentials']['allowChecks'];
  readonly credentials: () => readonly Credential[] | Promise<readonly Credential[]>;
  readonly onRecorded: (event: SequencedEvent) => void;
}

/** Asking a provider about a credential: done where it is written down, so that no way of asking leaves no trace. */
export function createCheckingHandlers(options: CheckingOptions): Pick<Handlers, 'credentials.check'> {
  const { store, clock, actor, fingerprint, endpoints, ask } = options;
  return {
    'credentials.check': async ({ id, confirmed, host, via }) => {
      const credential = (await options.credentials()).find((one) => one.id === id);
      if (credential === undefined) throw new ResponseError(REFUSED, 'There is no credential of this id.');
      return checkOnRecord(
        credential,
        {
          fingerprint,
          allowed: options.allowed(),
          confirmed,
          ...(host !== undefined && { host }),
          ...(endpoints !== undefined && { endpoints }),
          ...(ask !== undefined && { ask }),
        },
        (result) => {
          const { seq, event } = store.recordAction({
            ...deciderOf(actor, via, clock.nowMs()),
            action: 'credential.check',
            target: { kind: 'credential', id },
            result,
          });
          options.onRecorded({ seq, event });
        },
      );
    },
  };
}
