import { create, createFileRegistry, type DescMessage } from '@bufbuild/protobuf';
import {
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';

/** `[field number, name, type, repeated]`; a type in capitals is a message of this file. */
type Field = readonly [number: number, name: string, type: string, repeated?: boolean];

/**
 * The messages of an OTLP logs request: opentelemetry-proto 1.11.0, `collector/logs/v1`, `logs/v1`, `resource/v1` and
 * `common/v1`, as far as a receiver reads them. Unknown fields are skipped by the decoder. The severity is an enumeration
 * there and a number here, which is the same on the wire.
 */
const MESSAGES: Readonly<Record<string, readonly Field[]>> = {
  ExportLogsServiceRequest: [[1, 'resource_logs', 'ResourceLogs', true]],
  ResourceLogs: [
    [1, 'resource', 'Resource'],
    [2, 'scope_logs', 'ScopeLogs', true],
  ],
  Resource: [[1, 'attributes', 'KeyValue', true]],
  ScopeLogs: [
    [1, 'scope', 'InstrumentationScope'],
    [2, 'log_records', 'LogRecord', true],
  ],
  InstrumentationScope: [
    [1, 'name', 'string'],
    [2, 'version', 'string'],
  ],
  LogRecord: [
    [1, 'time_unix_nano', 'fixed64'],
    [2, 'severity_number', 'int32'],
    [3, 'severity_text', 'string'],
    [5, 'body', 'AnyValue'],
    [6, 'attributes', 'KeyValue', true],
    [11, 'observed_time_unix_nano', 'fixed64'],
    [12, 'event_name', 'string'],
  ],
  KeyValue: [
    [1, 'key', 'string'],
    [2, 'value', 'AnyValue'],
  ],
  AnyValue: [
    [1, 'string_value', 'string'],
    [2, 'bool_value', 'bool'],
    [3, 'int_value', 'int64'],
    [4, 'double_value', 'double'],
    [5, 'array_value', 'ArrayValue'],
    [6, 'kvlist_value', 'KeyValueList'],
    [7, 'bytes_value', 'bytes'],
  ],
  ArrayValue: [[1, 'values', 'AnyValue', true]],
  KeyValueList: [[1, 'values', 'KeyValue', true]],
};

const SCALARS: ReadonlyMap<string, Type> = new Map([
  ['string', Type.STRING],
  ['bool', Type.BOOL],
  ['int32', Type.INT32],
  ['int64', Type.INT64],
  ['fixed64', Type.FIXED64],
  ['double', Type.DOUBLE],
  ['bytes', Type.BYTES],
]);

/** The schema of `ExportLogsServiceRequest`, built from the table above. */
export function logsRequestSchema(): DescMessage {
  const file = create(FileDescriptorProtoSchema, {
    name: 'logs.proto',
    package: 'otlp',
    syntax: 'proto3',
    messageType: Object.entries(MESSAGES).map(([name, fields]) => ({
      name,
      // Members of a oneof are told apart from absent ones, so that an empty string or a false is not lost.
      ...(name === 'AnyValue' ? { oneofDecl: [{ name: 'value' }] } : {}),
      field: fields.map(([number, fieldName, type, repeated = false]) => {
        const scalar = SCALARS.get(type);
        return {
          number,
          name: fieldName,
          // Compilers write it into descriptors; the library does not derive it.
          jsonName: fieldName.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
          label: repeated ? Label.REPEATED : Label.OPTIONAL,
          ...(name === 'AnyValue' ? { oneofIndex: 0 } : {}),
          ...(scalar === undefined ? { type: Type.MESSAGE, typeName: `.otlp.${type}` } : { type: scalar }),
        };
      }),
    })),
  });
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] }));
  const schema = registry.getMessage('otlp.ExportLogsServiceRequest');
  if (schema === undefined) throw new Error('the descriptor of the logs request is incomplete');
  return schema;
}
