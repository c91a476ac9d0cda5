import { z } from 'zod';
import { BUNDLES, CONFIDENCES, SEVERITIES } from '../../contract/finding.ts';

const line = z.string().trim().min(1).max(300);
const text = z.string().trim().min(1).max(2_000);
const lines = z.array(line).max(20);

const Call = z.union([
  z.strictObject({
    shell: z.string().max(8_000),
    cwd: line.exactOptional(),
    dialect: z.enum(['posix', 'powershell', 'cmd']).exactOptional(),
  }),
  z.strictObject({ read: line }),
  z.strictObject({ write: line, content: z.string().max(8_000).exactOptional() }),
  z.strictObject({ fetch: line }),
  z.strictObject({ mcp: line, tool: line, args: z.unknown().exactOptional() }),
]);

/** Calls in order: the rule must fire on the last (hit), or stay silent there (miss). */
const Example = z.strictObject({
  name: line,
  calls: z.array(Call).min(1).max(20),
  prompt: text.exactOptional(),
  workspace: line.exactOptional(),
  platform: z.enum(['linux', 'darwin', 'win32']).exactOptional(),
});

/**
 * One rule of an organisation: the metadata fields of Sigma, a CEL condition instead of Sigma's detection block, and
 * its own examples.
 * Source: Sigma rules specification 2.1 (title, id, status, description, references, author, date, modified, tags,
 * level, falsepositives, logsource, related, license, scope, fields).
 */
export const OrganisationRule = z.strictObject({
  title: z.string().trim().min(5).max(120),
  id: z
    .string()
    .regex(
      /^[a-z0-9](?:[a-z0-9._-]{1,78})[a-z0-9]$/,
      'must be lower-case letters, digits, . _ or -, 3 to 80 of them',
    ),
  status: z.enum(['stable', 'test', 'experimental', 'deprecated', 'unsupported']).default('stable'),
  description: text,
  level: z.enum(SEVERITIES),
  match: text,
  subject: text.exactOptional(),
  confidence: z.enum(CONFIDENCES).default('medium'),
  triage: text.exactOptional(),
  advice: text.exactOptional(),
  falsepositives: lines.default([]),
  references: lines.default([]),
  tags: lines.default([]),
  bundles: z.array(z.enum(BUNDLES)).max(12).default(['MON']),
  logsource: z
    .object({ category: z.enum(['tool_call', 'prompt', 'session']).default('tool_call') })
    .prefault({}),
  examples: z.strictObject({ hit: z.array(Example).min(1).max(50), miss: z.array(Example).min(1).max(50) }),
  author: line.exactOptional(),
  date: line.exactOptional(),
  modified: line.exactOptional(),
  license: line.exactOptional(),
  scope: lines.exactOptional(),
  fields: lines.exactOptional(),
  related: z.array(z.unknown()).max(20).exactOptional(),
});
export type OrganisationRule = z.infer<typeof OrganisationRule>;
