import type { ProcessInfo } from '../../contract/process.ts';

interface MarkerLook {
  readonly agentId: string;
  /** Present in everything the agent starts. */
  readonly flags: readonly string[];
  /** Holds the vendor's session id. */
  readonly session?: string;
  /** Holds the agent's pid. */
  readonly pid?: string;
}

/**
 * Which variable tells what. Read on 2026-11-22 from the vendors' packages and binaries; see
 * `contract/process-markers.ts`. `AGENT` and `AI_AGENT` are left out: several vendors set them to several things.
 */
const LOOKS: readonly MarkerLook[] = [
  {
    agentId: 'claude-code',
    flags: ['CLAUDECODE', 'CLAUDE_CODE_SESSION_ID'],
    session: 'CLAUDE_CODE_SESSION_ID',
    pid: 'CLAUDE_PID',
  },
  { agentId: 'codex', flags: ['CODEX_THREAD_ID', 'CODEX_CI'], session: 'CODEX_THREAD_ID' },
  { agentId: 'gemini-cli', flags: ['GEMINI_CLI'] },
  {
    agentId: 'copilot-cli',
    flags: ['COPILOT_CLI', 'COPILOT_AGENT_SESSION_ID'],
    session: 'COPILOT_AGENT_SESSION_ID',
  },
  { agentId: 'opencode', flags: ['OPENCODE'], pid: 'OPENCODE_PID' },
  { agentId: 'qwen-code', flags: ['QWEN_CODE'], session: 'QWEN_CODE_SESSION_ID' },
  { agentId: 'pi', flags: ['PI_CODING_AGENT'], session: 'PI_SESSION_ID' },
];

/** What the environment of one process says of one agent. */
export interface Marked {
  readonly agentId: string;
  readonly nativeSessionId?: string;
  readonly agentPid?: number;
  /** The variable that says most. */
  readonly variable: string;
}

const SESSION_ID = /^[A-Za-z0-9._:-]{1,128}$/;
const PID = /^[1-9][0-9]{0,9}$/;

/** What the markers of a process say, one entry per agent. */
export function markedBy({ markers }: ProcessInfo): readonly Marked[] {
  if (markers === undefined) return [];
  const found: Marked[] = [];
  for (const { agentId, flags, session, pid } of LOOKS) {
    const flag = flags.find((name) => markers[name] !== undefined && markers[name] !== '');
    const id = session === undefined ? undefined : markers[session];
    const agentPid = pid === undefined ? undefined : markers[pid];
    if (flag === undefined && id === undefined && agentPid === undefined) continue;
    const hasId = id !== undefined && SESSION_ID.test(id);
    found.push({
      agentId,
      variable: (hasId ? session : undefined) ?? flag ?? pid ?? session ?? agentId,
      ...(hasId ? { nativeSessionId: id } : {}),
      ...(agentPid !== undefined && PID.test(agentPid) ? { agentPid: Number(agentPid) } : {}),
    });
  }
  return found;
}

/** What this process was told, and its agent had not been told itself by an outer one. */
export function newlyMarked(process: ProcessInfo, agent: ProcessInfo | undefined): readonly Marked[] {
  const inherited = agent === undefined ? [] : markedBy(agent);
  return markedBy(process).filter(
    (mark) =>
      !inherited.some(
        (outer) => outer.agentId === mark.agentId && outer.nativeSessionId === mark.nativeSessionId,
      ),
  );
}
