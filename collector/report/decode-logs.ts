import { fromBinary, toJson, type DescMessage } from '@bufbuild/protobuf';
import { z } from 'zod';
import { logsRequestSchema } from './otlp-proto.ts';

/** One log record as it arrived. Values are plain JSON; 64-bit integers that do not fit a number are text. */
export interface ReceivedRecord {
  readonly resource: Readonly<Record<string, unknown>>;
  readonly eventName?: string;
  /** Epoch milliseconds. */
  readonly timeMs?: number;
  readonly severityNumber?: number;
  readonly severityText?: string;
  readonly body: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
}

const KeyValues = z
  .array(z.object({ key: z.string().default(''), value: z.unknown().optional() }))
  .default([]);
const Nanos = z.union([z.string(), z.number()]).optional();
const LogsRequest = z.object({
  resourceLogs: z
    .array(
      z.object({
        resource: z.object({ attributes: KeyValues }).optional(),
        scopeLogs: z
          .array(
            z.object({
              logRecords: z
                .array(
                  z.object({
                    timeUnixNano: Nanos,
                    severityNumber: z.number().optional(),
                    severityText: z.string().optional(),
                    eventName: z.string().optional(),
                    body: z.unknown().optional(),
                    attributes: KeyValues,
                  }),
                )
                .default([]),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
});

let schema: DescMessage | undefined;

/**
 * The records of an OTLP logs request. Protobuf and JSON bodies go through the same reading, because protobuf is first
 * turned into its JSON form.
 * @returns undefined for bytes that are no such request; never throws.
 */
export function decodeLogs(body: Uint8Array, format: 'protobuf' | 'json'): ReceivedRecord[] | undefined {
  let value: unknown;
  try {
    if (format === 'json') value = JSON.parse(new TextDecoder().decode(body));
    else {
      schema ??= logsRequestSchema();
      value = toJson(schema, fromBinary(schema, body));
    }
  } catch {
    // Broken bytes, or values nested deeper than the stack: both are no request of any exporter.
    return undefined;
  }
  const request = LogsRequest.safeParse(value);
  if (!request.success) return undefined;
  return request.data.resourceLogs.flatMap(({ resource, scopeLogs }) => {
    const shared = attributesOf(resource?.attributes ?? []);
    return scopeLogs.flatMap(({ logRecords }) =>
      logRecords.map((record): ReceivedRecord => {
        const timeMs = millisecondsOf(record.timeUnixNano);
        return {
          resource: shared,
          ...(record.eventName === undefined ? {} : { eventName: record.eventName }),
          ...(timeMs === undefined ? {} : { timeMs }),
          ...(record.severityNumber === undefined ? {} : { severityNumber: record.severityNumber }),
          ...(record.severityText === undefined ? {} : { severityText: record.severityText }),
          body: plainOf(record.body, 0),
          attributes: attributesOf(record.attributes),
        };
      }),
    );
  });
}

function millisecondsOf(nanos: string | number | undefined): number | undefined {
  const text = String(nanos ?? '');
  return /^\d{1,20}$/.test(text) ? Number(BigInt(text) / 1_000_000n) : undefined;
}

function attributesOf(list: z.infer<typeof KeyValues>): Record<string, unknown> {
  return Object.fromEntries(list.map(({ key, value }) => [key, plainOf(value, 0)]));
}

const MAX_DEPTH = 32;
const AnyValue = z.object({
  stringValue: z.string().optional(),
  boolValue: z.boolean().optional(),
  intValue: z.union([z.string(), z.number()]).optional(),
  // The JSON form writes the numbers JSON has no literal for as text: "NaN", "Infinity".
  doubleValue: z.union([z.string(), z.number()]).optional(),
  bytesValue: z.string().optional(),
  arrayValue: z.object({ values: z.array(z.unknown()).default([]) }).optional(),
  kvlistValue: z.object({ values: KeyValues }).optional(),
});

/** The plain value of an `AnyValue`; undefined for none, for an unknown kind, and below 32 levels. */
function plainOf(value: unknown, depth: number): unknown {
  const any = AnyValue.safeParse(value);
  if (!any.success || depth > MAX_DEPTH) return undefined;
  const { data } = any;
  if (data.intValue !== undefined) {
    const number = Number(data.intValue);
    return Number.isSafeInteger(number) ? number : String(data.intValue);
  }
  if (data.arrayValue !== undefined) return data.arrayValue.values.map((one) => plainOf(one, depth + 1));
  if (data.kvlistValue !== undefined)
    return Object.fromEntries(
      data.kvlistValue.values.map(({ key, value: member }) => [key, plainOf(member, depth + 1)]),
    );
  return data.stringValue ?? data.boolValue ?? data.doubleValue ?? data.bytesValue;
}
