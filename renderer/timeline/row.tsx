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
import { memo } from 'react';
import type { TOOL_CATEGORIES } from '../../collector/contract/event.ts';
import type { Finding } from '../../collector/contract/finding.ts';
import type { StoredEvent } from '../../collector/contract/stored.ts';
import { Sentence } from '../components/sentence.tsx';
import { SeverityShape } from '../components/severity.tsx';
import { links } from '../links.ts';
import { clockTime, exactTime } from '../words/time.ts';
import { EventDetail } from './event-detail.tsx';

const CATEGORY_ICONS: Readonly<Record<(typeof TOOL_CATEGORIES)[number], LucideIcon>> = {
  shell: SquareTerminal,
  read: Eye,
  write: FilePen,
  search: Search,
  web: Globe,
  mcp: Plug,
  subagent: UsersRound,
  plan: ListTodo,
  other: Wrench,
};

function iconOf(event: StoredEvent): LucideIcon {
  switch (event.kind) {
    case 'tool.call':
      return event.tool === undefined ? Wrench : CATEGORY_ICONS[event.tool.category];
    case 'prompt.submit':
      return event.input?.['origin'] === 'human' ? MessageSquare : Bot;
    case 'network.connect':
      return Network;
    case 'process.start':
    case 'process.exit':
      return Cable;
    case 'action.performed':
      return Flag;
    default:
      return Info;
  }
}

/** Something a person said: the work below it answers that. */
export function startsTurn(event: StoredEvent): boolean {
  return event.kind === 'prompt.submit' && event.input?.['origin'] === 'human';
}

export interface RowProps {
  readonly event: StoredEvent;
  /** How it ended, in words; a plain text, so that an equal one builds nothing again. */
  readonly outcome: string | undefined;
  readonly failed: boolean;
  readonly findings: readonly Finding[];
  readonly open: boolean;
  readonly marked: boolean;
  readonly onToggle: (id: string) => void;
}

/** One event as a sentence; its detail below when it is open, its findings where it happened. */
export const Row = memo(function Row({ event, outcome, failed, findings, open, marked, onToggle }: RowProps) {
  const Icon = iconOf(event);
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
        <Icon size={15} aria-hidden />
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
      {findings.map((finding) => (
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
      {open && <EventDetail event={event} />}
    </div>
  );
});
