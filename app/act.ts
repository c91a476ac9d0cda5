import { type ActionId, ActionResult } from '../collector/contract/action.ts';
import type { Method } from '../collector/contract/ipc.ts';
import type { ElectronLike } from './electron-like.ts';

export interface ActDeps {
  readonly dialog: ElectronLike['dialog'];
  readonly call: (method: Method, params: unknown) => Promise<unknown>;
  readonly tell: (title: string, body: string) => void;
}

const DONE: Readonly<Record<ActionId, string>> = { pause: 'Paused', resume: 'Resumed', kill: 'Ended' };

/**
 * Pauses, resumes or ends a session from the tray or a notification. Ending asks first: it names the session and counts
 * its processes. What came of it is always told.
 * @param name of the session, for a person
 */
export async function act(action: ActionId, sessionId: string, name: string, deps: ActDeps): Promise<void> {
  const request = { action, target: { kind: 'session', id: sessionId }, via: 'app' };
  try {
    if (action === 'kill' && !(await isMeant(request, name, deps))) return;
    const result = ActionResult.parse(await deps.call('actions.run', request));
    deps.tell(result.status === 'done' ? `${DONE[action]}: ${name}` : `Not done: ${name}`, result.detail);
  } catch (error) {
    deps.tell(`Not done: ${name}`, error instanceof Error ? error.message : 'The collector could not do it.');
  }
}

async function isMeant(request: object, name: string, { dialog, call, tell }: ActDeps): Promise<boolean> {
  const preview = ActionResult.parse(await call('actions.preview', request));
  if (preview.status !== 'done') {
    tell(`Not done: ${name}`, preview.detail);
    return false;
  }
  const count = preview.processes.length;
  const { response } = await dialog.showMessageBox({
    type: 'warning',
    title: 'Reeve',
    message: `End ${name}?`,
    detail: `${count} process${count === 1 ? '' : 'es'} will be asked to end, and ended by force after 3 seconds. Work that was not saved is lost. The session's log stays.`,
    buttons: ['Cancel', 'End it'],
    // Enter must not end anything.
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  });
  return response === 1;
}
