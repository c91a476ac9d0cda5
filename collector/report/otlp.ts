import { SeverityNumber } from '@opentelemetry/api';
import { ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { reportUid, type ReportItem } from '../contract/report.ts';
import { genAiAttributes } from './genai-attributes.ts';
import { OCSF_CLASSES, type OcsfContext, type OcsfEvent } from './ocsf.ts';
import { toOcsf } from './to-ocsf.ts';

type Attributes = Record<string, string | number | boolean>;

/** One report ready for the wire. */
export interface LogRecord {
  readonly eventName: string;
  readonly timeMs: number;
  /** OCSF severity; the OTLP number is derived from it. */
  readonly severityId: number;
  /** The OCSF event as JSON text. */
  readonly body: string;
  readonly attributes: Readonly<Attributes>;
}

/**
 * The OTLP log record of a report that was already reduced by `fieldsFor`.
 * The body is the OCSF event as one JSON string, not as a key-value list: every receiver keeps a string untouched, and
 * number types survive. What a receiver wants to filter by stands beside it as attributes.
 */
export function toLogRecord(item: ReportItem, context: OcsfContext): LogRecord {
  const event = toOcsf(item, context);
  return {
    eventName: `ocsf.${classNameOf(event)}`,
    timeMs: event.time,
    severityId: event.severity_id,
    body: JSON.stringify(event),
    attributes: {
      // Defined by OpenTelemetry as the id by which repeated records can be removed: unique over all machines.
      'log.record.uid': `${context.device.uid}/${reportUid(item)}`,
      'ocsf.class_uid': event.class_uid,
      'ocsf.activity_id': event.activity_id,
      ...genAiAttributes(item, context),
    },
  };
}

const CLASS_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(OCSF_CLASSES).map(([name, { uid }]) => [uid, name]),
);

function classNameOf(event: OcsfEvent): string {
  return CLASS_NAMES.get(event.class_uid) ?? 'base_event';
}

/** OTLP severity by OCSF severity id; ids are 1 to 5. */
const SEVERITY = [
  { number: SeverityNumber.UNSPECIFIED, text: '' },
  { number: SeverityNumber.INFO, text: 'Informational' },
  { number: SeverityNumber.INFO2, text: 'Low' },
  { number: SeverityNumber.WARN, text: 'Medium' },
  { number: SeverityNumber.ERROR, text: 'High' },
  { number: SeverityNumber.FATAL, text: 'Critical' },
] as const;

/** Facts about the sender, once per request. */
export interface OtlpResource {
  readonly attributes: Readonly<Attributes>;
}

/** Resource attributes after OpenTelemetry's semantic conventions 1.44 for hosts, systems and services. */
export function resourceOf(context: OcsfContext, instanceId: string): OtlpResource {
  const { device, productVersion } = context;
  return {
    attributes: {
      'service.name': 'reeve',
      'service.version': productVersion,
      'service.instance.id': instanceId,
      'host.id': device.uid,
      'host.name': device.hostname,
      'os.type': device.platform === 'win32' ? 'windows' : device.platform,
      ...(device.osVersion === undefined ? {} : { 'os.version': device.osVersion }),
    },
  };
}

/** Encodes one request `ExportLogsServiceRequest` as protobuf with OpenTelemetry's own serializer. */
export function encodeRequest(
  records: readonly LogRecord[],
  resource: OtlpResource,
  observedMs: number,
): Uint8Array {
  const shared = {
    hrTimeObserved: hrTime(observedMs),
    resource: sdkResource(resource),
    instrumentationScope: { name: 'reeve', version: String(resource.attributes['service.version'] ?? '') },
    droppedAttributesCount: 0,
  };
  const bytes = ProtobufLogsSerializer.serializeRequest(
    records.map((record): ReadableLogRecord => {
      const severity = SEVERITY[record.severityId];
      return {
        ...shared,
        hrTime: hrTime(record.timeMs),
        ...(severity === undefined ? {} : { severityNumber: severity.number, severityText: severity.text }),
        eventName: record.eventName,
        body: record.body,
        attributes: record.attributes,
      };
    }),
  );
  // The serializer's type allows undefined for an exporter without data; logs always give bytes.
  return bytes ?? new Uint8Array();
}

/** Seconds and nanoseconds. Negative times do not exist on the wire. */
function hrTime(timeMs: number): [number, number] {
  const safe = Number.isSafeInteger(timeMs) && timeMs > 0 ? timeMs : 0;
  return [Math.floor(safe / 1_000), (safe % 1_000) * 1_000_000];
}

/** The members the serializer reads, in the SDK's shape: a plain resource with nothing pending and nothing to merge. */
function sdkResource({ attributes }: OtlpResource): ReadableLogRecord['resource'] {
  const resource: ReadableLogRecord['resource'] = {
    attributes,
    merge: (other) => other ?? resource,
    getRawAttributes: () => Object.entries(attributes),
  };
  return resource;
}

/** What a receiver said about a batch it accepted. */
export interface ExportAnswer {
  readonly rejected: number;
  readonly message?: string;
}

/** @returns undefined when the bytes are no `ExportLogsServiceResponse`. */
export function decodeAnswer(bytes: Uint8Array): ExportAnswer | undefined {
  try {
    const { partialSuccess } = ProtobufLogsSerializer.deserializeResponse(bytes);
    const rejected = partialSuccess?.rejectedLogRecords ?? 0;
    const message = partialSuccess?.errorMessage;
    return {
      rejected: Number.isSafeInteger(rejected) && rejected > 0 ? rejected : 0,
      ...(message === undefined || message === '' ? {} : { message }),
    };
  } catch {
    // The reader throws on anything it cannot read; that is an answer too.
    return undefined;
  }
}
