import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { BaselineEntry, BaselineTarget } from '../../contract/baseline.ts';
import { baselinesView, baselineView } from '../baseline-view.ts';
import {
  type CliContext,
  CommandError,
  connectOrFail,
  EXIT,
  print,
  printJson,
  withReader,
} from '../context.ts';
import { frameFor } from '../table.ts';
import { plural } from '../words.ts';

interface BaselineOptions {
  readonly json?: true;
  readonly agent?: string;
  readonly reset?: true;
  readonly pause?: true;
  readonly resume?: true;
}

/** `reeve baseline [PROJECT]`: what is usual, and what was new this week. */
export function addBaselineCommand(program: Command, context: () => CliContext): void {
  program
    .command('baseline')
    .argument('[project]', 'folder of a project, or the last part of it; default: all')
    .description('what is usual for the agents here, and what was new this week')
    .option('--json', 'print JSON')
    .option('--agent <id>', 'only this agent')
    .option('--reset', 'forget what was learned, and learn anew')
    .option('--pause', 'stop learning and telling')
    .option('--resume', 'go on')
    .action(async (project: string | undefined, options: BaselineOptions) => {
      await withReader(context(), async (reader) => {
        const agent = options.agent === undefined ? {} : { agentId: options.agent };
        const all = await reader.call('baseline.list', agent);
        const chosen = project === undefined ? all : matching(all, project);
        if (changes(options)) {
          await change(context(), options, { ...agent, ...(project !== undefined && targetOf(chosen)) });
          return;
        }
        if (options.json === true) printJson(chosen);
        else print(textOf(chosen, project !== undefined));
      });
    });
}

function textOf(entries: readonly BaselineEntry[], inFull: boolean): string {
  const frame = frameFor(homedir());
  if (entries.length === 0) return 'Nothing was learned yet. What is usual is learned while agents work.';
  return inFull
    ? entries.map((entry) => baselineView(entry, frame)).join('\n\n')
    : baselinesView(entries, frame);
}

/** A folder, as the shell gives it or as it is listed, or the end of its path. @throws CommandError when none fits */
function matching(entries: readonly BaselineEntry[], project: string): BaselineEntry[] {
  const full = resolve(project);
  const exact = entries.filter(({ scope, name }) => name === full || (scope === 'user' && name === project));
  if (exact.length > 0) return exact;
  const end = `/${project.replace(/^\/+|\/+$/g, '')}`;
  const ending = entries.filter(({ name }) => name.endsWith(end));
  if (ending.length === 0)
    throw new CommandError(`Nothing was learned about ${project}. \`reeve baseline\` lists what is known.`);
  return ending;
}

function changes({ reset, pause, resume }: BaselineOptions): boolean {
  const asked = [reset, pause, resume].filter((one) => one === true).length;
  if (asked > 1) throw new CommandError('Only one of --reset, --pause and --resume at a time.', EXIT.usage);
  return asked === 1;
}

function targetOf(entries: readonly BaselineEntry[]): BaselineTarget {
  const projects = new Set(entries.filter(({ scope }) => scope === 'project').map(({ name }) => name));
  const [only, another] = projects;
  if (only === undefined || another !== undefined)
    throw new CommandError('Several projects fit. Type the whole path.', EXIT.usage);
  return { project: only };
}

async function change(context: CliContext, options: BaselineOptions, target: BaselineTarget): Promise<void> {
  const client = await connectOrFail(context);
  try {
    const { changed } =
      options.reset === true
        ? await client.call('baseline.reset', target)
        : await client.call('baseline.pause', { ...target, paused: options.pause === true });
    const what = plural(changed, 'baseline');
    print(
      options.reset === true
        ? `Forgot ${what}; learning begins anew.`
        : options.pause === true
          ? `Paused ${what}.`
          : `Going on with ${what}.`,
    );
  } finally {
    client.close();
  }
}
