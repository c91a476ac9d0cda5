import { z } from 'zod';
import { EVENT_KINDS } from './event.ts';
import { Severity } from './finding.ts';
import { StoredEvent } from './stored.ts';

export const MAX_PAGE = 1_000;

/** Events of a session stand in one order: by time, then by arrival. `index` counts from 0 in that order. */
export const PageAnchor = z.union([
  z.literal('start'),
  z.literal('end'),
  /** The event with this number; it is part of the page. */
  z.object({ seq: z.int().min(0) }).strict(),
  /** The event at this place, for a scroll bar that was dragged; it is part of the page. */
  z.object({ index: z.int().min(0) }).strict(),
]);
export type PageAnchor = z.infer<typeof PageAnchor>;

export const PageRequest = z.object({
  sessionId: z.string(),
  anchor: PageAnchor,
  /** `forward`: the anchor and what comes after; `backward`: the anchor and what came before. */
  direction: z.enum(['forward', 'backward']).default('forward'),
  limit: z.int().min(1).max(MAX_PAGE).default(200),
  /** Only these kinds; `total` and `index` then count only them. */
  kinds: z.array(z.enum(EVENT_KINDS)).min(1).optional(),
});
export type PageRequest = z.infer<typeof PageRequest>;

export const EventPage = z.object({
  /** Events of the session (of these kinds) now. */
  total: z.int(),
  /** `index` of the first event below; equal to `total` when there is none. */
  firstIndex: z.int(),
  /** In the order of the timeline, whatever the direction. */
  events: z.array(z.object({ seq: z.int(), event: StoredEvent })),
});
export type EventPage = z.infer<typeof EventPage>;

export const PlacedEvent = z.object({
  seq: z.int(),
  /** Its place in its session, all kinds counted. */
  index: z.int(),
  event: StoredEvent,
  /** For a tool call: what came of it. */
  result: StoredEvent.optional(),
  /** Findings that name it as evidence. */
  findingIds: z.array(z.string()),
});
export type PlacedEvent = z.infer<typeof PlacedEvent>;

/** Where findings lie in a session, for the strip beside the scroll bar. */
export const TimelineMarks = z.object({
  total: z.int(),
  /** By index; at most 500, worst kept. */
  marks: z.array(
    z.object({
      index: z.int(),
      seq: z.int(),
      eventId: z.string(),
      findingId: z.string(),
      severity: Severity,
    }),
  ),
});
export type TimelineMarks = z.infer<typeof TimelineMarks>;
