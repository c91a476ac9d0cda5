import { readFileSync } from 'node:fs';
import { z } from 'zod';

const Attribute = z.object({
  type: z.string(),
  object: z.boolean().optional(),
  array: z.boolean().optional(),
  required: z.boolean().optional(),
  sibling: z.string().optional(),
  profiles: z.array(z.string()).optional(),
  deprecated: z.boolean().optional(),
  enum: z.record(z.string(), z.string()).optional(),
});
const Item = z.object({
  uid: z.int().optional(),
  category_uid: z.int().optional(),
  profiles: z.array(z.string()).optional(),
  deprecated: z.boolean().optional(),
  constraints: z.record(z.string(), z.array(z.string())).optional(),
  attributes: z.record(z.string(), Attribute),
});
const Schema = z.object({
  version: z.string(),
  profiles: z.array(z.string()),
  types: z.record(
    z.string(),
    z.object({
      type: z.string().optional(),
      regex: z.string().optional(),
      max_len: z.number().optional(),
      range: z.tuple([z.number(), z.number()]).optional(),
    }),
  ),
  classes: z.record(z.string(), Item),
  objects: z.record(z.string(), Item),
});
type Attribute = z.infer<typeof Attribute>;
type Item = z.infer<typeof Item>;

const SCHEMA = Schema.parse(
  JSON.parse(readFileSync(new URL('../fixtures/ocsf/schema-1.9.0.json', import.meta.url), 'utf8')),
);

type Members = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is wrong with an OCSF event, one line per problem with its path; empty when it is valid. */
export function ocsfProblems(event: unknown): string[] {
  if (!isObject(event)) return ['the event is not an object'];
  const found = Object.entries(SCHEMA.classes).find(([, item]) => item.uid === event['class_uid']);
  if (found === undefined) return [`class_uid ${String(event['class_uid'])} is not a class we carry`];
  const [name, item] = found;
  const problems: string[] = [];
  if (item.deprecated === true) problems.push(`${name} is deprecated`);
  if (event['category_uid'] !== item.category_uid) problems.push('category_uid is not the one of the class');
  if (event['type_uid'] !== Number(event['class_uid']) * 100 + Number(event['activity_id']))
    problems.push('type_uid is not class_uid * 100 + activity_id');
  const metadata = isObject(event['metadata']) ? event['metadata'] : {};
  if (metadata['version'] !== SCHEMA.version.replace(/-dev$/, ''))
    problems.push('metadata.version is not the one of the schema');
  const declared: unknown = metadata['profiles'] ?? [];
  const profiles = new Set(Array.isArray(declared) ? declared.map(String) : []);
  for (const profile of profiles)
    if (item.profiles?.includes(profile) !== true) problems.push(`profile ${profile} is not one of ${name}`);
  members(event, item, profiles, name, problems);
  return problems;
}

function members(
  value: Members,
  item: Item,
  profiles: ReadonlySet<string>,
  at: string,
  problems: string[],
): void {
  for (const [key, member] of Object.entries(value)) {
    const attribute = Object.hasOwn(item.attributes, key) ? item.attributes[key] : undefined;
    const path = `${at}.${key}`;
    if (attribute === undefined) problems.push(`${path} is unknown`);
    else checkAttribute(member, attribute, value, profiles, path, problems);
  }
  for (const [key, attribute] of Object.entries(item.attributes)) {
    const applies = attribute.profiles === undefined || attribute.profiles.some((name) => profiles.has(name));
    if (attribute.required === true && applies && value[key] === undefined)
      problems.push(`${at}.${key} is required`);
  }
  checkConstraints(value, item, at, problems);
}

function checkConstraints(value: Members, item: Item, at: string, problems: string[]): void {
  for (const [rule, names] of Object.entries(item.constraints ?? {})) {
    const present = names.filter((name) => value[name] !== undefined).length;
    if (rule === 'at_least_one' && present === 0) problems.push(`${at} needs one of ${names.join(', ')}`);
    if (rule === 'just_one' && present !== 1) problems.push(`${at} needs exactly one of ${names.join(', ')}`);
  }
}

function checkAttribute(
  member: unknown,
  attribute: Attribute,
  owner: Members,
  profiles: ReadonlySet<string>,
  path: string,
  problems: string[],
): void {
  if (attribute.deprecated === true) problems.push(`${path} is deprecated`);
  if (attribute.profiles !== undefined && !attribute.profiles.some((name) => profiles.has(name)))
    problems.push(`${path} needs profile ${attribute.profiles.join(' or ')}`);
  if (attribute.array === true) {
    if (!Array.isArray(member)) problems.push(`${path} is not an array`);
    else
      member.forEach((one: unknown, i) => {
        checkValue(one, attribute, profiles, `${path}[${i}]`, problems);
      });
    return;
  }
  checkValue(member, attribute, profiles, path, problems);
  if (attribute.enum !== undefined) checkEnum(member, attribute, owner, path, problems);
}

function checkEnum(
  member: unknown,
  attribute: Attribute,
  owner: Members,
  path: string,
  problems: string[],
): void {
  const caption = attribute.enum?.[String(member)];
  if (caption === undefined) {
    problems.push(`${path} = ${String(member)} is not in its enumeration`);
    return;
  }
  if (attribute.sibling === undefined) return;
  const sibling = owner[attribute.sibling];
  if (member === 99 && (typeof sibling !== 'string' || sibling === ''))
    problems.push(`${path} = 99 needs ${attribute.sibling}`);
  if (member !== 99 && sibling !== undefined && sibling !== caption)
    problems.push(`${path} = ${String(member)} but ${attribute.sibling} is not ${caption}`);
}

function checkValue(
  value: unknown,
  attribute: Attribute,
  profiles: ReadonlySet<string>,
  path: string,
  problems: string[],
): void {
  if (attribute.object !== true) {
    checkType(value, attribute.type, path, problems);
    return;
  }
  if (!isObject(value)) {
    problems.push(`${path} is not an object`);
    return;
  }
  // `object` is the schema's free-form object.
  if (attribute.type === 'object') return;
  const item = SCHEMA.objects[attribute.type];
  if (item === undefined) problems.push(`${path}: object type ${attribute.type} is not carried here`);
  else members(value, item, profiles, path, problems);
}

function checkType(value: unknown, typeName: string, path: string, problems: string[]): void {
  const type = SCHEMA.types[typeName];
  if (type === undefined) {
    problems.push(`${path}: type ${typeName} is not in the schema`);
    return;
  }
  if (!hasShape(value, type.type ?? typeName)) problems.push(`${path} is not a ${typeName}`);
  if (typeof value === 'string') {
    if (type.regex !== undefined && !new RegExp(type.regex).test(value))
      problems.push(`${path} is not a ${typeName}`);
    if (type.max_len !== undefined && value.length > type.max_len) problems.push(`${path} is too long`);
  }
  if (
    type.range !== undefined &&
    typeof value === 'number' &&
    (value < type.range[0] || value > type.range[1])
  )
    problems.push(`${path} is out of range`);
}

function hasShape(value: unknown, base: string): boolean {
  switch (base) {
    case 'string_t':
      return typeof value === 'string';
    case 'integer_t':
    case 'long_t':
      return Number.isSafeInteger(value);
    case 'float_t':
      return typeof value === 'number' && Number.isFinite(value);
    case 'boolean_t':
      return typeof value === 'boolean';
    case 'json_t':
      return value !== undefined;
    default:
      return false;
  }
}
