import type { ReceivedRecord } from './decode-logs.ts';

/** Longest line that is printed for one record. */
const MAX_LINE = 2_000;

/**
 * One line about a received record: time, severity, event name, host, a few attributes, body. Control characters are
 * replaced, so that a record cannot steer the terminal.
 */
export function formatRecord(record: ReceivedRecord): string {
  const { timeMs, severityText, eventName, resource, attributes, body } = record;
  const time = timeMs === undefined || timeMs > 8.64e15 ? '-' : new Date(timeMs).toISOString();
  const named = Object.entries(attributes)
    .filter(([key]) => !key.startsWith('ocsf.'))
    .map(([key, value]) => `${key}=${textOf(value)}`);
  const parts = [
    time,
    severityText ?? '-',
    eventName ?? '-',
    `host=${textOf(resource['host.name'])}`,
    ...named,
  ];
  return printable(`${parts.join(' ')} ${textOf(body)}`).slice(0, MAX_LINE);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined ? '-' : JSON.stringify(value);
}

function printable(text: string): string {
  // C0, DEL and C1 controls, line separators, and the marks that turn the direction of writing.
  return text.replaceAll(
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    '?',
  );
}
