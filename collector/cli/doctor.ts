import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { AGENTS } from '../agents/index.ts';
import { loadConfig } from '../config.ts';
import { unknownSettings, unknownSettingText } from '../config-keys.ts';
import type { AuditCheck } from '../contract/action.ts';
import type { CollectorStatus } from '../contract/ipc.ts';
import type { Witnesses } from '../contract/process-record.ts';
import type { IpcClient } from '../ipc/client.ts';
import { openFingerprintKey } from '../lib/fingerprint.ts';
import { type CliContext, connect, openForReading } from './context.ts';
import { bytes, plural } from './words.ts';

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** What was found, and what to do when it is not fine. */
  readonly text: string;
}

const MIN_FREE_BYTES = 500_000_000;

/** Checks that need no collector, then what the running collector says of itself. */
export async function doctor(context: CliContext): Promise<Check[]> {
  const checks = [
    checkRuntime(),
    checkConfig(context),
    checkFolder(context),
    await checkSpace(context),
    await attempt('fingerprint key', async () => {
      await openFingerprintKey(context.paths.fingerprintKey);
      return 'is there and private';
    }),
    await attempt('processes', async () => {
      const processes = await context.platform.listProcesses();
      return `${plural(processes.length, 'process', 'processes')} can be seen`;
    }),
    ...checkLogs(context),
  ];
  return [...checks, ...(await checkCollector(context))];
}

async function checkCollector(context: CliContext): Promise<Check[]> {
  let client: IpcClient | undefined;
  try {
    client = await connect(context);
    if (client === undefined) {
      return [
        { name: 'collector', ok: false, text: 'not running; start it with `reeve run`' },
        await checkStore(context),
      ];
    }
    const status = await client.call('status.get', {});
    const { problems } = await client.call('store.check', {});
    const audit = await client.call('audit.verify', {});
    const witnesses = await client.call('witnesses.get', {});
    return [...checkStatus(status), ...witnessChecks(witnesses), storeCheck(problems), auditCheck(audit)];
  } catch (error) {
    return [{ name: 'collector', ok: false, text: messageOf(error) }];
  } finally {
    client?.close();
  }
}

function checkRuntime(): Check {
  const major = Number(process.versions.node.split('.')[0]);
  return {
    name: 'runtime',
    ok: major >= 24,
    text: `Node ${process.versions.node}${major >= 24 ? '' : '; Reeve needs 24 or newer'}`,
  };
}

function checkConfig({ platform }: CliContext): Check {
  const { policyFile, configDir } = platform.folders;
  try {
    const config = loadConfig(policyFile, join(configDir, 'config.json'));
    const { mode, endpoint } = config.reporting;
    const unknown = unknownSettings([policyFile, join(configDir, 'config.json')]);
    if (unknown.length > 0)
      return { name: 'settings', ok: false, text: unknown.map(unknownSettingText).join('. ') };
    return {
      name: 'settings',
      ok: true,
      text:
        endpoint === undefined ? 'nothing is sent: no endpoint is set' : `${mode} reporting to ${endpoint}`,
    };
  } catch (error) {
    return { name: 'settings', ok: false, text: messageOf(error) };
  }
}

function checkFolder({ paths }: CliContext): Check {
  const name = 'state folder';
  if (!existsSync(paths.stateDir))
    return { name, ok: true, text: `${paths.stateDir} will be made at the first start` };
  try {
    accessSync(paths.stateDir, constants.W_OK | constants.R_OK);
  } catch {
    return { name, ok: false, text: `${paths.stateDir} cannot be written; check its owner` };
  }
  const mode = statSync(paths.stateDir).mode & 0o777;
  const open = process.platform !== 'win32' && (mode & 0o077) !== 0;
  return {
    name,
    ok: !open,
    text: open ? `${paths.stateDir} can be read by others; run chmod 700 on it` : paths.stateDir,
  };
}

async function checkSpace({ paths }: CliContext): Promise<Check> {
  const at = existsSync(paths.stateDir) ? paths.stateDir : '/';
  const { bavail, bsize } = await statfs(at);
  const free = bavail * bsize;
  return {
    name: 'disk space',
    ok: free > MIN_FREE_BYTES,
    text: `${bytes(free)} free${free > MIN_FREE_BYTES ? '' : '; make some room'}`,
  };
}

function checkLogs({ platform }: CliContext): Check[] {
  const roots = AGENTS.flatMap((agent) => agent.logs.flatMap((format) => format.roots(platform.ownHome))).map(
    (root) => root.dir,
  );
  const checks: Check[] = [];
  for (const dir of new Set(roots)) {
    if (!existsSync(dir)) continue;
    try {
      accessSync(dir, constants.R_OK | constants.X_OK);
      checks.push({ name: 'session logs', ok: true, text: dir });
    } catch {
      checks.push({ name: 'session logs', ok: false, text: `${dir} cannot be read; check its permissions` });
    }
  }
  return checks.length > 0
    ? checks
    : [{ name: 'session logs', ok: true, text: 'no agent has written any yet' }];
}

async function checkStore({ paths }: CliContext): Promise<Check> {
  if (!existsSync(paths.store)) return { name: 'store', ok: true, text: 'not made yet' };
  try {
    const store = await openForReading(paths.store);
    try {
      return storeCheck(store.check());
    } finally {
      store.release();
    }
  } catch (error) {
    return { name: 'store', ok: false, text: messageOf(error) };
  }
}

function storeCheck(problems: readonly string[]): Check {
  const [first] = problems;
  return first === undefined
    ? { name: 'store', ok: true, text: 'every page is sound' }
    : {
        name: 'store',
        ok: false,
        text: `${first}; stop the collector and start it again: it puts the damaged file aside and reads the logs anew`,
      };
}

function checkStatus(status: CollectorStatus): Check[] {
  return [
    {
      name: 'collector',
      ok: true,
      text: `process ${status.pid}, ${status.phase}, ${plural(status.files.known, 'log file')}`,
    },
    ...status.health.map((item) => ({
      name: item.code,
      ok: item.severity === 'informational' || item.severity === 'low',
      text: item.text,
    })),
  ];
}

async function attempt(name: string, run: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, text: await run() };
  } catch (error) {
    return { name, ok: false, text: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'failed';
}

/** Logs, processes and connections: which of the three tell something now. */
function witnessChecks({ processes, network, attribution, counted }: Witnesses): Check[] {
  const source =
    processes.source === 'events'
      ? 'the kernel tells of every start'
      : processes.source === 'off'
        ? 'nothing is watched'
        : processes.agents === 0
          ? 'looked at every few seconds; the kernel is asked to tell of every start once an agent runs'
          : 'looked at several times a second; very short processes are missed';
  const reason =
    processes.source === 'events' || processes.agents === 0 || processes.reason === undefined
      ? ''
      : ` (${processes.reason})`;
  return [
    {
      name: 'process witness',
      ok: processes.source !== 'off',
      text: `${source}${reason}; ${plural(processes.living, 'process', 'processes')}, ${plural(processes.agents, 'agent')}`,
    },
    ...(processes.claims === undefined ? [] : [claimCheck(processes.claims, processes.source)]),
    {
      name: 'attribution',
      ok: true,
      text: `${attribution.withSession} of ${plural(attribution.processes, 'process', 'processes')} of agents have a session, ${attribution.withToolCall} a tool call; ${counted} short ones were counted today`,
    },
    {
      name: 'network witness',
      ok: network.working,
      text: network.working
        ? `connections are seen${network.bytes ? ', with what they carry' : ''}; what opens and closes within a second may be missed`
        : (network.reason ?? 'connections cannot be read'),
    },
  ];
}

/** A command that an agent wrote down and nobody saw run is told only where it would have been seen. */
function claimCheck(
  { checked, undecided }: NonNullable<Witnesses['processes']['claims']>,
  source: Witnesses['processes']['source'],
): Check {
  const why =
    source === 'events'
      ? 'programs ended before they could be read'
      : 'only a look now and then tells what runs';
  const open =
    undecided === 0
      ? 'it is known of each whether it ran'
      : `of ${undecided} nobody can tell whether they ran (${why})`;
  return { name: 'logs compared', ok: true, text: `${plural(checked, 'command')} of agents; ${open}` };
}

/** A broken chain means that somebody changed or removed what was written down about actions. */
function auditCheck(check: AuditCheck): Check {
  return check.ok
    ? { name: 'audit', ok: true, text: `${plural(check.rows, 'action')}, the chain is whole` }
    : {
        name: 'audit',
        ok: false,
        text: `the chain breaks at row ${check.broken?.seq ?? 0}: ${check.broken?.reason ?? 'unknown'}; tell your security team`,
      };
}
