import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OCSF_CLASSES } from '../../../collector/report/ocsf.ts';
import { captionOf } from '../../../renderer/words/ocsf-captions.ts';

type Attributes = Readonly<Record<string, { readonly enum?: Readonly<Record<string, string>> }>>;
interface Schema {
  readonly classes: Readonly<Record<string, { readonly uid: number; readonly attributes: Attributes }>>;
  readonly objects: Readonly<Record<string, { readonly attributes: Attributes }>>;
}

const SCHEMA = JSON.parse(
  readFileSync(new URL('../../fixtures/ocsf/schema-1.9.0.json', import.meta.url), 'utf8'),
) as Schema;

const OF_CLASSES = [
  'class_uid',
  'category_uid',
  'activity_id',
  'type_uid',
  'severity_id',
  'status_id',
  'confidence_id',
  'action_id',
  'disposition_id',
];
/** Objects in which Reeve emits such a number, and the path it stands at. */
const OF_OBJECTS = [
  ['device', 'type_id', 'device.type_id'],
  ['ai_agent', 'type_id', 'ai_agent.type_id'],
  ['analytic', 'type_id', 'finding_info.analytic.type_id'],
  ['file', 'type_id', 'evidences.0.file.type_id'],
  ['compliance', 'status_id', 'compliance.status_id'],
  ['message_context', 'ai_role_id', 'message_context.ai_role_id'],
  ['network_connection_info', 'direction_id', 'connection_info.direction_id'],
] as const;

describe('captions of OCSF', () => {
  it.each(Object.entries(OCSF_CLASSES))('are those of the schema for %s', (name, { uid }) => {
    const { attributes } = SCHEMA.classes[name]!;
    for (const attribute of OF_CLASSES) {
      const captions = Object.entries(attributes[attribute]!.enum!);
      expect(captions.length).toBeGreaterThan(0);
      for (const [value, caption] of captions)
        expect([attribute, value, captionOf(uid, attribute, Number(value))]).toEqual([
          attribute,
          value,
          caption,
        ]);
    }
  });

  it.each(OF_OBJECTS)('are those of the schema inside %s', (object, attribute, path) => {
    for (const [value, caption] of Object.entries(SCHEMA.objects[object]!.attributes[attribute]!.enum!))
      expect([value, captionOf(1007, path, Number(value))]).toEqual([value, caption]);
  });

  it('name the systems that Reeve runs on', () => {
    const systems = SCHEMA.objects['os']!.attributes['type_id']!.enum!;
    for (const value of [0, 100, 200, 300, 99])
      expect(captionOf(1007, 'device.os.type_id', value)).toBe(systems[value]);
  });

  it('are not made up for other numbers', () => {
    expect(captionOf(1007, 'activity_id', 42)).toBeUndefined();
    expect(captionOf(undefined, 'activity_id', 1)).toBeUndefined();
    expect(captionOf(1007, 'type_uid', 600_301)).toBeUndefined();
    expect(captionOf(1007, 'category_uid', 3)).toBeUndefined();
    expect(captionOf(1007, 'process.pid', 1)).toBeUndefined();
    expect(captionOf(1007, 'severity_id', 1.5)).toBeUndefined();
  });
});
