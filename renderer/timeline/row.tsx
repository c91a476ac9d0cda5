import {
  Bot,
  Cable,
  Eye,
  FilePen,
  Flag,
  Globe,
  Info,
  ListTodo,
  type LucideIcon,
  MessageSquare,
  Network,
  Plug,
  Search,
  SquareTerminal,
  UsersRound,
  Wrench,
} from 'lucide-react';
import { memo, type ReactNode } from 'react';
import type { TOOL_CATEGORIES } from '../../collector/contract/event.ts';
import type { Finding } from '../../collector/contract/finding.ts';
import type { StoredEvent } from '../../collector/contract/stored.ts';
import { Sentence } from '../components/sentence.tsx';
import { SeverityShape } from '../components/severity.tsx';
import { links } from '../links.ts';
import { plural } from '../words/number.ts';
import { clockTime, exactTime } from '../words/time.ts';
import { EventDetail } from './event-detail.tsx';

/** Made once: a row that comes to the screen makes none. */
const icon = (Icon: LucideIcon): ReactNode => <Icon size={15} aria-hidden />;

const PROMPT_ICONS = { human: icon(MessageSquare), agent: icon(Bot) };
const OTHER_ICONS = { network: icon(Network), process: icon(Cable), action: icon(Flag), info: icon(Info) };
const CATEGORY_ICONS: Readonly<Record<(typeof TOOL_CATEGORIES)[number], ReactNode>> = {
  shell: icon(SquareTerminal),
  read: icon(Eye),
  write: icon(FilePen),
  search: icon(Search),
  web: icon(Globe),
  mcp: icon(Plug),
  subagent: icon(UsersRound),
  plan: icon(ListTodo),
  other: icon(Wrench),
};

function iconOf(event: StoredEvent): ReactNode {
  switch (event.kind) {
    case 'tool.call':
      return event.tool === undefined ? CATEGORY_ICONS.other : CATEGORY_ICONS[event.tool.category];
    case 'prompt.submit':
      return startsTurn(event) ? PROMPT_ICONS.human : PROMPT_ICONS.agent;
    case 'network.connect':
      return OTHER_ICONS.network;
    case 'process.start':
    case 'process.exit':
      return OTHER_ICONS.process;
    case 'action.performed':
      return OTHER_ICONS.action;
    default:
      return OTHER_ICONS.info;
  }
}

/** Something a person said: the work below it answers that. */
export function startsTurn(event: StoredEvent): boolean {
  return event.kind === 'prompt.submit' && event.input?.['origin'] === 'human';
}

export interface EventFindings {
  /** Complete with this event. */
  readonly here: readonly Finding[];
  /** Rest on this event and on later ones. */
  readonly partOf: readonly Finding[];
}

export const NOTHING_FOUND: EventFindings = { here: [], partOf: [] };

export interface RowProps {
  readonly event: StoredEvent;
  /** How it ended, in words; a plain text, so that an equal one builds nothing again. */
  readonly outcome: string | undefined;
  readonly failed: boolean;
  readonly findings: EventFindings;
  readonly open: boolean;
  readonly marked: boolean;
  readonly onToggle: (id: string) => void;
}

/** One event as a sentence; its detail below when it is open, its findings where it happened. */
export const Row = memo(function Row({ event, outcome, failed, findings, open, marked, onToggle }: RowProps) {
  const isTurn = startsTurn(event);
  return (
    <div
      className="event"
      data-kind={event.kind}
      data-turn={isTurn ? '' : undefined}
      data-marked={marked ? '' : undefined}
      data-open={open ? '' : undefined}
    >
      <button
        type="button"
        className="event-line"
        aria-expanded={open}
        onClick={() => {
          onToggle(event.id);
        }}
      >
        {iconOf(event)}
        <span className="event-words">
          {isTurn && <span className="event-who">{event.actor.user}</span>}
          <Sentence event={event} />
        </span>
        {outcome !== undefined && (
          <span className="event-outcome" data-failed={failed ? '' : undefined}>
            {outcome}
          </span>
        )}
        <time
          className="event-time"
          dateTime={new Date(event.timeMs).toISOString()}
          title={exactTime(event.timeMs)}
        >
          {clockTime(event.timeMs)}
        </time>
      </button>
      <Found findings={findings} sessionId={event.sessionId} />
      {open && <EventDetail event={event} />}
    </div>
  );
});

/** More than these under one event push the session off the screen. */
const MOST_SHOWN = 3;

function Found({ findings, sessionId }: { readonly findings: EventFindings; readonly sessionId: string }) {
  const { here, partOf } = findings;
  const more = here.length - MOST_SHOWN;
  const [first] = partOf;
  return (
    <>
      {here.slice(0, more === 1 ? MOST_SHOWN + 1 : MOST_SHOWN).map((finding) => (
        <a
          key={finding.id}
          className="event-finding"
          data-severity={finding.severity}
          href={links.finding(finding.id)}
        >
          <SeverityShape severity={finding.severity} size={11} />
          {finding.title}
        </a>
      ))}
      {more > 1 && (
        <a className="event-part" href={links.findings(`?session=${encodeURIComponent(sessionId)}`)}>
          and {more} more
        </a>
      )}
      {first !== undefined && (
        <a
          className="event-part"
          data-severity={first.severity}
          href={
            partOf.length === 1
              ? links.finding(first.id)
              : links.findings(`?session=${encodeURIComponent(sessionId)}`)
          }
        >
          <SeverityShape severity={first.severity} size={9} />
          part of {partOf.length === 1 ? first.title : plural(partOf.length, 'finding')}
        </a>
      )}
    </>
  );
}
