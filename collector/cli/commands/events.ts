import { type Command, InvalidArgumentError } from 'commander';
import { EVENT_KINDS } from '../../contract/event.ts';
import type { SequencedEvent } from '../../contract/ipc.ts';
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
  type Reader,
  toJson,
  withReader,
} from '../context.ts';
import { foreignHomes } from '../homes.ts';
import { durationOption, limitOption } from '../options.ts';
import { frameFor } from '../table.ts';
import { eventLine } from '../views.ts';
import { printEventLines, resolveSession } from './lists.ts';

interface EventsOptions {
  readonly json?: true;
  readonly ndjson?: true;
  readonly home?: string;
  readonly follow?: true;
  readonly session?: string;
  readonly kind?: (typeof EVENT_KINDS)[number];
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
    .option('--kind <kind>', `only this kind: ${EVENT_KINDS.join(', ')}`, kindOption)
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
  const { search, limit } = options;
  await withReader(context, async (reader) => {
    const filter = await filterOf(reader, options);
    const rows =
      search === undefined
        ? await reader.call('events.list', { limit, ...filter })
        : await reader.call('events.search', { words: search, limit });
    show(
      rows
        .map((row) => row.event)
        .filter(matches(filter))
        .reverse(),
      options,
    );
  });
}

const MISSED_PAGE = 5_000;

interface EventFilter {
  readonly sessionId?: string;
  readonly kind?: (typeof EVENT_KINDS)[number];
  readonly sinceMs?: number;
}

async function filterOf(reader: Pick<Reader, 'call'>, options: EventsOptions): Promise<EventFilter> {
  return {
    ...(options.session !== undefined && { sessionId: await resolveSession(reader, options.session) }),
    ...(options.kind !== undefined && { kind: options.kind }),
    ...(options.since !== undefined && { sinceMs: Date.now() - options.since }),
  };
}

function matches({ sessionId, kind, sinceMs }: EventFilter): (event: StoredEvent) => boolean {
  return (event) =>
    (sessionId === undefined || event.sessionId === sessionId) &&
    (kind === undefined || event.kind === kind) &&
    (sinceMs === undefined || event.timeMs >= sinceMs);
}

function kindOption(text: string): (typeof EVENT_KINDS)[number] {
  const kind = EVENT_KINDS.find((known) => known === text);
  if (kind === undefined) throw new InvalidArgumentError(`One of: ${EVENT_KINDS.join(', ')}.`);
  return kind;
}

function show(events: readonly StoredEvent[], options: EventsOptions): void {
  if (options.json === true) printJson(events);
  else if (options.ndjson === true) printNdjson(events);
  else if (events.length === 0) print('No events.');
  else printEventLines(events);
}

/** First what is there, then what comes; ends when the collector stops or the person has seen enough. */
async function follow(context: CliContext, options: EventsOptions): Promise<void> {
  if (options.search !== undefined)
    throw new CommandError('--search looks at what is stored; it does not go with --follow.', EXIT.usage);
  const client = await connectOrFail(context);
  process.once('SIGINT', () => {
    client.close();
  });
  const closed = client.closed();
  const filter = await filterOf(client, options);
  const wanted = matches(filter);
  let shownSeq = 0;
  const showNew = (rows: readonly SequencedEvent[]): void => {
    const events = rows.filter((row) => row.seq > shownSeq && wanted(row.event)).map((row) => row.event);
    shownSeq = rows.reduce((max, row) => Math.max(max, row.seq), shownSeq);
    if (options.ndjson === true || options.json === true) printNdjson(events);
    else printEventLines(events);
  };
  // Listening begins before the asking, so that nothing falls between the two.
  let early: SequencedEvent[] | undefined = [];
  client.on('events.created', ({ events }) => {
    if (early === undefined) showNew(events);
    else early.push(...events);
  });
  // We were too slow and something was left out: it is asked for.
  client.on('resync', () => {
    void missed(client, shownSeq, filter).then(showNew, () => undefined);
  });
  const before = await client.call('events.list', { limit: options.limit, ...filter });
  showNew(before.toSorted((a, b) => a.seq - b.seq));
  showNew(early);
  early = undefined;
  await closed;
}

/** Everything after this number, in order of arrival. */
async function missed(
  client: Pick<Reader, 'call'>,
  afterSeq: number,
  filter: EventFilter,
): Promise<SequencedEvent[]> {
  const rows: SequencedEvent[] = [];
  for (;;) {
    const page = await client.call('events.list', {
      ...filter,
      afterSeq: rows.at(-1)?.seq ?? afterSeq,
      limit: MISSED_PAGE,
    });
    rows.push(...page);
    if (page.length < MISSED_PAGE) return rows;
  }
}

async function stream(context: CliContext, dir: string, options: EventsOptions): Promise<void> {
  for (const name of ['follow', 'search', 'session', 'json'] as const) {
    if (options[name] !== undefined)
      throw new CommandError(
        `--${name} does not go with --home; use --ndjson, --kind and --since.`,
        EXIT.usage,
      );
  }
  const [home] = foreignHomes([dir], context.platform);
  if (home === undefined) return;
  const user = home.home.split(/[\\/]/).findLast((part) => part !== '') ?? 'unknown';
  const events = streamEvents({
    home,
    actor: { user },
    nowMs: Date.now,
    ...(options.since !== undefined && { sinceMs: Date.now() - options.since }),
  });
  const frame = frameFor(home.home);
  for await (const event of events) {
    if (options.kind !== undefined && event.kind !== options.kind) continue;
    const line = options.ndjson === true ? toJson(event) : eventLine(event, frame);
    // A slow reader of the pipe must not make us hold the whole history in memory.
    if (line !== undefined && !process.stdout.write(`${line}\n`)) {
      await new Promise((resolve) => process.stdout.once('drain', resolve));
    }
  }
}
