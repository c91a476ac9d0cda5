import { describe, expect, it } from 'vitest';
import { ocsfProblems } from '../../support/ocsf-validate.ts';

const VALID = {
  class_uid: 6003,
  category_uid: 6,
  activity_id: 99,
  activity_name: 'Tool Call',
  type_uid: 600399,
  severity_id: 1,
  time: 1_795_305_600_000,
  metadata: {
    version: '1.9.0',
    uid: 'e1',
    product: { name: 'Reeve' },
    profiles: ['ai_operation', 'host', 'security_control'],
  },
  device: { type_id: 0, hostname: 'lap-42' },
  actor: { user: { name: 'alice', email_addr: 'alice@example.com' } },
  src_endpoint: { hostname: 'lap-42', ip: '192.0.2.7', port: 443 },
  api: { operation: 'tools/call', request: { uid: 'toolu_01' } },
  ai_agent: { uid: 'claude-code' },
  resources: [{ name: 'create_issue' }],
  action_id: 1,
  unmapped: { anything: { goes: [1] } },
};

/** The same event with one member replaced; undefined removes it. */
function changed(path: string, value: unknown): unknown {
  const event = structuredClone(VALID) as Record<string, unknown>;
  const keys = path.split('.');
  let owner = event;
  for (const key of keys.slice(0, -1)) owner = owner[key] as Record<string, unknown>;
  const last = keys.at(-1)!;
  if (value === undefined) Reflect.deleteProperty(owner, last);
  else owner[last] = value;
  return event;
}

describe('ocsfProblems', () => {
  it('finds nothing wrong with a valid event', () => {
    expect(ocsfProblems(VALID)).toEqual([]);
  });

  it.each([
    ['a missing required attribute', 'severity_id', undefined, 'severity_id is required'],
    ['a missing required attribute inside', 'api.request.uid', undefined, 'request.uid is required'],
    ['an unknown attribute', 'surprise', 1, 'surprise is unknown'],
    ['an unknown attribute inside', 'actor.user.surprise', 1, 'user.surprise is unknown'],
    [
      'an attribute without its profile',
      'metadata.profiles',
      ['host', 'security_control'],
      'ai_agent needs profile',
    ],
    [
      'a profile the class does not take',
      'metadata.profiles',
      ['incident'],
      'profile incident is not one of',
    ],
    ['a number where text belongs', 'api.operation', 7, 'operation is not a string_t'],
    ['text where a number belongs', 'time', '1', 'time is not a timestamp_t'],
    ['a fraction where an integer belongs', 'severity_id', 1.5, 'severity_id is not a integer_t'],
    ['one where many belong', 'resources', { name: 'x' }, 'resources is not an array'],
    ['a value outside its enumeration', 'severity_id', 42, 'not in its enumeration'],
    ['a 99 without its word', 'activity_name', undefined, 'activity_id = 99 needs activity_name'],
    ['a caption that contradicts its id', 'action', 'Denied', 'action is not Allowed'],
    ['an object without any of its at-least-one', 'actor.user', {}, 'user needs one of'],
    ['a wrong type_uid', 'type_uid', 600301, 'type_uid is not'],
    ['a wrong category', 'category_uid', 1, 'category_uid is not'],
    ['another schema version', 'metadata.version', '1.8.0', 'metadata.version is not'],
    ['an address that is none', 'src_endpoint.ip', 'not-an-ip', 'ip is not a ip_t'],
    ['a port out of range', 'src_endpoint.port', 70_000, 'port is out of range'],
    ['an e-mail that is none', 'actor.user.email_addr', 'alice', 'email_addr is not a email_t'],
    ['a deprecated attribute', 'metadata.extension', {}, 'extension is deprecated'],
    ['an object that is text', 'api', 'x', 'api is not an object'],
  ])('reports %s', (_what, path, value, problem) => {
    expect(ocsfProblems(changed(path, value)).join('\n')).toContain(problem);
  });

  it('refuses what is no event', () => {
    expect(ocsfProblems(null)).toHaveLength(1);
    expect(ocsfProblems({ class_uid: 42 })).toHaveLength(1);
  });
});
