import { humanize } from './names.ts';
import { captionOf } from './ocsf-captions.ts';
import { exactTime } from './time.ts';

/** One value of what left, with a name that a person understands. */
export interface SentField {
  /** Where it stands in the record: `actor.user.name`, `evidences.0.file.path`. */
  readonly path: string;
  readonly label: string;
  /** As it left; a time or a number of a list in words, with the number behind. */
  readonly value: string;
}

export interface SentGroup {
  readonly title: string;
  readonly fields: readonly SentField[];
}

export interface ReadableRecord {
  /** `A program that an agent ran`. */
  readonly kind: string;
  readonly groups: readonly SentGroup[];
  /** Values in the record: all of them are in the groups. */
  readonly count: number;
}

/** OCSF classes in words (ocsf-schema 1.9). */
const CLASSES: Readonly<Record<string, string>> = {
  0: 'Something that happened',
  1001: 'A file that an agent read or changed',
  1007: 'A program that an agent ran',
  2003: 'How something is set up (a finding)',
  2004: 'Something that was found',
  4001: 'A connection to another machine',
  5001: 'What is on this machine',
  5019: 'A setting that changed',
  5020: 'Software on this machine',
  6002: 'A session that started, ended or changed',
  6003: 'A call of an agent or a tool',
  6008: 'Something that went wrong',
  7001: 'Something that Reeve did',
};

/** The first whose start fits takes a field; the last takes the rest. */
const GROUPS: readonly (readonly [title: string, starts: readonly string[]])[] = [
  [
    'What kind',
    [
      'class_',
      'category_',
      'activity_',
      'type_',
      'severity',
      'status',
      'confidence',
      'is_alert',
      'count',
      'time',
      'start_time',
      'end_time',
      'duration',
    ],
  ],
  ['Who', ['actor', 'ai_agent', 'ai_model', 'message_context', 'user']],
  ['On which machine', ['device', 'src_endpoint']],
  ['About the record itself', ['metadata', 'enrichments', 'observables']],
  ['About what', ['']],
];
const ORDER = ['About what', 'Who', 'On which machine', 'What kind', 'About the record itself'];

/** Names of fields whose own words are not for everybody; by the end of their path. */
const LABELS: readonly (readonly [end: string, label: string])[] = [
  ['actor.user.name', 'Account'],
  ['actor.user.uid', 'Number of the account'],
  ['device.hostname', 'Name of the machine'],
  ['device.uid', 'Id of the machine'],
  ['device.os.name', 'System'],
  ['device.os.version', 'Version of the system'],
  ['ai_agent.name', 'Agent'],
  ['ai_agent.instance_uid', 'Session'],
  ['ai_agent.uid', 'Id of the agent'],
  ['process.cmd_line', 'Whole command'],
  ['process.working_directory', 'Folder'],
  ['process.name', 'Program'],
  ['process.uid', 'Id of the call'],
  ['metadata.uid', 'Id of the event'],
  ['metadata.log_name', 'Log it was read from'],
  ['metadata.correlation_uid', 'Id of what belongs together'],
  ['metadata.version', 'Version of the format'],
  ['metadata.product.name', 'Sent by'],
  ['metadata.product.vendor_name', 'Made by'],
  ['metadata.product.version', 'Version of Reeve'],
  ['message_context.prompt_text', 'Your words'],
  ['finding_info.title', 'Title'],
  ['finding_info.desc', 'Description'],
  ['finding_info.uid', 'Id of the finding'],
  ['finding_info.analytic.uid', 'Rule'],
  ['finding_info.analytic.category', 'Number of the rule'],
  ['remediation.desc', 'Advice'],
  ['unmapped.tool.name', 'Tool'],
  ['unmapped.tool.category', 'Kind of tool'],
  ['unmapped.cwd', 'Folder'],
  ['file.path', 'File'],
  ['class_uid', 'Class'],
  ['category_uid', 'Category'],
  ['activity_id', 'Activity'],
  ['activity_name', 'Activity, by name'],
  ['type_uid', 'Type (class and activity)'],
  ['severity_id', 'Severity'],
  ['status_id', 'Status'],
  ['confidence_id', 'How sure'],
  ['action_id', 'What was decided'],
  ['disposition_id', 'What came of it'],
  ['direction_id', 'Direction'],
  ['ai_role_id', 'Who speaks'],
  ['device.type_id', 'Kind of machine'],
  ['os.type_id', 'Kind of system'],
  ['ai_agent.type_id', 'Kind of agent'],
  ['ai_agent.type', 'Kind of agent, by name'],
  ['analytic.type_id', 'Kind of rule'],
  ['file.type_id', 'Kind of file'],
  ['excerpt', 'Excerpt'],
  ['line', 'Line'],
];

/** A payload is some kilobytes; what is deeper or longer than this is shown as text where it stands. */
const MAX_DEPTH = 12;
const MAX_FIELDS = 2_000;

/**
 * What left, for somebody who does not read JSON: every value of it, named and in groups.
 * @returns undefined when it is not an object in JSON, or has more values than can be read
 */
export function readableRecord(body: string): ReadableRecord | undefined {
  let record: unknown;
  try {
    record = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return undefined;
  const leaves = leavesOf(record, '', 0);
  if (leaves.length > MAX_FIELDS) return undefined;
  const classUid = numberAt(record, 'class_uid');
  const groups = new Map<string, SentField[]>();
  for (const [path, value] of leaves) {
    const [title = ''] = GROUPS.find(([, starts]) => starts.some((start) => path.startsWith(start))) ?? [];
    groups.set(title, [
      ...(groups.get(title) ?? []),
      { path, label: labelOf(path), value: valueOf(path, value, classUid) },
    ]);
  }
  return {
    kind: CLASSES[String(Reflect.get(record, 'class_uid'))] ?? 'A record',
    groups: ORDER.flatMap((title) => {
      const fields = groups.get(title);
      return fields === undefined ? [] : [{ title, fields }];
    }),
    count: leaves.length,
  };
}

/** What stands beside the record, in the same way. */
export function readableAttributes(attributes: Readonly<Record<string, unknown>>): readonly SentField[] {
  const classUid = numberAt(attributes, 'ocsf.class_uid');
  return leavesOf(attributes, '', 0).map(([path, value]) => ({
    path,
    label: path,
    value: valueOf(path.replace(/^ocsf\./, ''), value, classUid),
  }));
}

type Leaf = readonly [path: string, value: unknown];

function leavesOf(value: unknown, path: string, depth: number): readonly Leaf[] {
  if (typeof value !== 'object' || value === null || depth >= MAX_DEPTH) return [[path, value]];
  const entries = Object.entries(value);
  if (entries.length === 0) return [[path, value]];
  // A list of plain values reads better on one line.
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null))
    return [[path, value]];
  return entries.flatMap(([key, item]) => leavesOf(item, path === '' ? key : `${path}.${key}`, depth + 1));
}

function labelOf(path: string): string {
  const known = LABELS.find(([end]) => path === end || path.endsWith(`.${end}`));
  const number = /\.(\d+)\./.exec(path)?.[1];
  const of = number === undefined ? '' : ` (${Number(number) + 1})`;
  if (known !== undefined) return known[1] + of;
  const parts = path.split('.').filter((part) => !/^\d+$/.test(part) && part !== 'unmapped');
  return humanize(parts.slice(-2).join(' ').replace(/ uid$/, ' id')) + of;
}

function numberAt(record: object, key: string): number | undefined {
  const value: unknown = Reflect.get(record, key);
  return typeof value === 'number' ? value : undefined;
}

function valueOf(path: string, value: unknown, classUid: number | undefined): string {
  if (typeof value === 'number') {
    const words = numberWords(path, value, classUid);
    return words === undefined ? String(value) : `${words} (${value})`;
  }
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value) && value.length > 0) return value.map(String).join(', ');
  return JSON.stringify(value);
}

function numberWords(path: string, value: number, classUid: number | undefined): string | undefined {
  if (/(?:^|[._])time$/.test(path) && value > 1e11) return exactTime(value);
  return captionOf(classUid, path, value);
}
