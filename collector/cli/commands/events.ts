import type { Command } from 'commander';
import { EVENT_KINDS } from '../../contract/event.ts';
import type { StoredEvent } from '../../contract/stored.ts';
import { streamEvents } from '../../stream-events.ts';
import {
  type CliContext,
  CommandError,
  connectOrFail,
  EXIT,
  print,
  printJson,
  printNdjson,
} from '../context.ts';
import { foreignHomes } from '../homes.ts';
import { durationOption, limitOption } from '../options.ts';
import { printEventLines, resolveSession, withReader } from './lists.ts';

interface EventsOptions {
  readonly json?: true;
  readonly ndjson?: true;
  readonly home?: string;
  readonly follow?: true;
  readonly session?: string;
  readonly kind?: string;
  readonly since?: number;
  readonly search?: string;
  readonly limit: number;
}

export function addEventsCommand(program: Command, context: () => CliContext): void {
  program
    .command('events')
    .description('what agents did: newest events, one session, a search, or live')
    .option('--json', 'print a JSON array')
    .option('--ndjson', 'print one JSON object per line')
    .option('--home <dir>', 'read the logs of this home directly, storing nothing')
    .option('--follow', 'go on with new events as they come')
    .option('--session <id>', 'only this session (id or its beginning)')
    .option('--kind <kind>', `only this kind: ${EVENT_KINDS.join(', ')}`)
    .option('--since <age>', 'only the last 15m, 24h, 7d …', durationOption)
    .option('--search <words>', 'only tool calls whose command, path or host has these words')
    .option('--limit <n>', 'at most this many', limitOption, 200)
    .action(async (options: EventsOptions) => {
      if (options.home !== undefined) await stream(context(), options.home, options);
      else if (options.follow === true) await follow(context(), options);
      else await list(context(), options);
    });
}

async function list(context: CliContext, options: EventsOptions): Promise<void> {
  await withReader(context, async (reader) => {
    const rows =
      options.search === undefined
        ? await reader.call('events.list', {
            limit: options.limit,
            ...(options.session !== undefined && {
              sessionId: await resolveSession(reader, options.session),
            }),
            ...(options.kind !== undefined && { kind: kindOption(options.kind) }),
            ...(options.since !== undefined && { sinceMs: Date.now() - options.since }),
          })
        : await reader.call('events.search', { words: options.search, limit: options.limit });
    show(rows.map((row) => row.event).reverse(), options);
  });
}

function kindOption(text: string): (typeof EVENT_KINDS)[number] {
  const kind = EVENT_KINDS.find((known) => known === text);
  if (kind === undefined)
    throw new CommandError(`No event kind ${text}. One of: ${EVENT_KINDS.join(', ')}.`, EXIT.usage);
  return kind;
}

function show(events: readonly StoredEvent[], options: EventsOptions): void {
  if (options.json === true) printJson(events);
  else if (options.ndjson === true) printNdjson(events);
  else if (events.length === 0) print('No events.');
  else printEventLines(events);
}

async function follow(context: CliContext, options: EventsOptions): Promise<void> {
  const client = await connectOrFail(context);
  client.on('events.created', ({ events }) => {
    const wanted = events
      .map((row) => row.event)
      .filter((event) => options.kind === undefined || event.kind === options.kind);
    if (options.ndjson === true || options.json === true) printNdjson(wanted);
    else printEventLines(wanted);
  });
  process.once('SIGINT', () => {
    client.close();
  });
  await client.closed();
}

async function stream(context: CliContext, dir: string, options: EventsOptions): Promise<void> {
  const [home] = foreignHomes([dir], context.platform);
  if (home === undefined) return;
  const user = home.home.split(/[\\/]/).findLast((part) => part !== '') ?? 'unknown';
  const events = streamEvents({
    home,
    actor: { user },
    nowMs: Date.now,
    ...(options.since !== undefined && { sinceMs: Date.now() - options.since }),
  });
  for await (const event of events) {
    if (options.kind !== undefined && event.kind !== options.kind) continue;
    // A slow reader of the pipe must not make us hold the whole history in memory.
    if (!process.stdout.write(`${JSON.stringify(event)}\n`)) {
      await new Promise((resolve) => process.stdout.once('drain', resolve));
    }
  }
}
