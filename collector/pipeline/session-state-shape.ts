import type { Derived, Download, Mark } from '../rules/rule.ts';
import type { HeardState } from './session-state-heard.ts';
import type { RecentState } from './session-state-recent.ts';
import type { WrittenScript } from './written-scripts.ts';

/** Whose machine this is: the same for all sessions of one home. */
export interface Place {
  readonly home: string;
  readonly platform: 'linux' | 'darwin' | 'win32';
}

/**
 * What Reeve remembers of one run: plain JSON, at most `MAX_STATE_CHARS`, stored in the same transaction as the
 * events it comes from. One state per root session: sub-agents share their parent's, because what one of them read
 * the others may send.
 */
export interface SessionState extends RecentState, HeardState {
  workspace?: string;
  permissionMode?: string;
  toolCalls: number;
  untrusted: Mark[];
  sensitive: Mark[];
  sent: Mark[];
  approved: Mark[];
  prompts: string[];
  /** Calls without a result yet: `[callId, eventId]`, oldest first. */
  pending: [string, string][];
  /** Git remotes that were added during the run: `name url-host`. */
  addedRemotes: string[];
  /** Folders whose environment files were read. */
  envFolders: string[];
  /** Files that came from servers; missing in states of before there was such a list. */
  downloads?: Download[];
  /** Files made out of secrets; missing when the run made none. */
  derived?: Derived[];
  /** Scripts the run wrote; missing when it wrote none. */
  scripts?: WrittenScript[];
}

export function initialSessionState(): SessionState {
  return {
    toolCalls: 0,
    untrusted: [],
    sensitive: [],
    sent: [],
    approved: [],
    prompts: [],
    pending: [],
    addedRemotes: [],
    envFolders: [],
  };
}
