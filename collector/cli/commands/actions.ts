import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { ActionDeps, ControlAction } from '../../actions/action.ts';
import { ACTIONS } from '../../actions/index.ts';
import { createProcessControl } from '../../actions/os/index.ts';
import { preview } from '../../actions/prepare.ts';
import type { ProcessControl } from '../../actions/process-control.ts';
import { AGENTS } from '../../agents/index.ts';
import { loadConfig } from '../../config.ts';
import {
  type ActionRequest,
  type ActionResult,
  type ActionTarget,
  processKeyOf,
} from '../../contract/action.ts';
import type { IpcClient } from '../../ipc/client.ts';
import { isReporting } from '../../reporting.ts';
import { pausedInFile, recordActionInFile } from '../../store/audit.ts';
import { type CliContext, CommandError, connect, EXIT, openReader, print, printJson } from '../context.ts';
import { durationOption } from '../options.ts';
import { plain, plural } from '../words.ts';
import { resolveSession } from './lists.ts';

/** As long as the contract allows. */
const MAX_GRACE_MS = 60_000;
/** Processes named before a kill is confirmed; the rest is counted. */
const MAX_NAMED = 8;

interface RunOptions {
  readonly reason?: string;
  readonly grace?: number;
  readonly yes?: true;
  readonly json?: true;
}

/** `reeve pause|resume|kill SESSION|PID|AGENT`, one command for each entry of `ACTIONS`. */
export function addActionCommands(program: Command, context: () => CliContext): void {
  for (const action of Object.values(ACTIONS)) {
    const command = program
      .command(action.id)
      .argument('<target>', 'session id or its beginning, process number, or agent id such as codex')
      .description(action.description)
      .option('--reason <text>', 'why; kept in the audit log')
      .option('--json', 'print JSON');
    if (action.destructive) {
      command
        .option('--grace <time>', 'how long to wait after asking, 0s to 60s (default 3s)', durationOption)
        .option('--yes', 'do not ask');
    }
    command.action(async (target: string, options: RunOptions) => {
      await runAction(context(), action, target, options);
    });
  }
}

async function runAction(
  context: CliContext,
  action: ControlAction,
  words: string,
  options: RunOptions,
): Promise<void> {
  if ((options.grace ?? 0) > MAX_GRACE_MS) throw new CommandError('The grace is at most 60s.', EXIT.usage);
  const client = await connect(context);
  try {
    const control = await createProcessControl(process.platform, process.pid);
    const target = await findTarget(context, client, control, words);
    const request: ActionRequest = {
      action: action.id,
      target,
      via: 'cli',
      ...(options.reason !== undefined && { reason: options.reason }),
      ...(options.grace !== undefined && { graceMs: options.grace }),
    };
    if (client === undefined && target.kind !== 'process') {
      throw new CommandError(
        `Only the collector knows which processes belong to ${plain(words)}. Start it with \`reeve run\`, or give a process number.`,
      );
    }
    const deps = directDeps(context, control, action);
    if (action.destructive && options.yes !== true) {
      const first =
        client === undefined ? await preview(target, deps) : await client.call('actions.preview', request);
      if (first.status !== 'refused') await confirm(action, words, first);
    }
    const result =
      client === undefined
        ? await runDirectly(context, action, request, deps)
        : await client.call('actions.run', request);
    if (options.json === true) printJson(result);
    else print(resultView(result));
    if (result.status !== 'done') process.exitCode = EXIT.failed;
  } finally {
    client?.close();
  }
}

/** Digits are a process, an agent's id is that agent, anything else is a session. */
async function findTarget(
  context: CliContext,
  client: IpcClient | undefined,
  control: ProcessControl,
  words: string,
): Promise<ActionTarget> {
  if (/^\d{1,10}$/.test(words)) {
    const found = (await control.list()).find((one) => one.pid === Number(words) && one.state !== 'ended');
    if (found === undefined) throw new CommandError(`No process ${words} runs.`);
    return { kind: 'process', ...processKeyOf(found) };
  }
  if (AGENTS.some((agent) => agent.id === words)) return { kind: 'agent', id: words };
  // Without a collector a session cannot be acted on, and that is what the person must hear.
  if (client === undefined) return { kind: 'session', id: words };
  const reader = await openReader(context);
  try {
    return { kind: 'session', id: await resolveSession(reader, words) };
  } finally {
    reader.close();
  }
}

function directDeps(context: CliContext, control: ProcessControl, action: ControlAction): ActionDeps {
  return {
    control,
    monotonicMs: () => performance.now(),
    resolve: (target) => {
      if (target.kind !== 'process') return { roots: [] };
      const leave =
        action.id === 'resume' && existsSync(context.paths.store)
          ? pausedInFile(context.paths.store).leave
          : [];
      return { roots: [processKeyOf(target)], leave: leave.map(processKeyOf) };
    },
  };
}

/** Without a collector; written down all the same, where there is a store. */
async function runDirectly(
  context: CliContext,
  action: ControlAction,
  request: ActionRequest,
  deps: ActionDeps,
): Promise<ActionResult> {
  const { platform, paths } = context;
  const { target, graceMs, reason } = request;
  const result = await action.run(target, graceMs === undefined ? {} : { graceMs }, deps);
  if (!existsSync(paths.store)) return result;
  const { name, uid } = platform.readIdentity();
  try {
    const config = loadConfig(platform.folders.policyFile, join(platform.folders.configDir, 'config.json'));
    recordActionInFile(
      paths.store,
      {
        timeMs: Date.now(),
        actor: { user: name, via: 'cli', ...(uid !== undefined && { uid }) },
        action: action.id,
        target,
        ...(reason !== undefined && { reason }),
        result,
      },
      () => isReporting(config),
    );
  } catch (error) {
    // It has happened; not being able to write it down must be seen, and must not hide what happened.
    process.stderr.write(
      `reeve: not written to the audit log: ${error instanceof Error ? error.message : 'failed'}\n`,
    );
    process.exitCode = EXIT.failed;
  }
  return result;
}

/** @throws CommandError when the person says no, or there is nobody to ask */
async function confirm(action: ControlAction, words: string, first: ActionResult): Promise<void> {
  const live = first.processes.filter((one) => one.outcome !== 'gone' && one.outcome !== 'refused');
  const named = live.slice(0, MAX_NAMED).map((one) => `${plain(one.name)} (${one.pid})`);
  const more = live.length > MAX_NAMED ? ` and ${live.length - MAX_NAMED} more` : '';
  const question = `${action.title} ${plain(words)}: ${plural(live.length, 'process', 'processes')}: ${named.join(', ')}${more}.`;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new CommandError(`${question} Nobody can be asked here; add --yes to do it.`, EXIT.usage);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question}\n${action.description} Go on? [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new CommandError('Nothing was done.');
  } finally {
    terminal.close();
  }
}

function resultView(result: ActionResult): string {
  const times = [
    ...(result.frozenMs === undefined ? [] : [`frozen after ${Math.round(result.frozenMs)} ms`]),
    ...(result.goneMs === undefined ? [] : [`gone after ${Math.round(result.goneMs)} ms`]),
  ];
  const title = { done: 'Done', refused: 'Refused', failed: 'Not all done' }[result.status];
  const trouble = result.processes.filter((one) => one.outcome === 'refused' || one.outcome === 'survived');
  return [
    `${title}. ${plain(result.detail)}${times.length === 0 ? '' : ` (${times.join(', ')})`}`,
    ...(result.status === 'failed' ? trouble : [])
      .slice(0, 20)
      .map((one) => `  ${one.outcome}  ${one.pid}  ${plain(one.name)}`),
  ].join('\n');
}
