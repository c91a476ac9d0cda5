import { Ajv2020 } from 'ajv/dist/2020.js';

/** No other member than these: SARIF 2.1.0 allows none in any of the objects we write, but in `properties`. */
const object = (
  properties: Readonly<Record<string, object>>,
  required: readonly string[] = [],
): Record<string, unknown> => ({ type: 'object', properties, required, additionalProperties: false });
const list = (items: object, maxItems?: number): object => ({
  type: 'array',
  items,
  uniqueItems: true,
  ...(maxItems !== undefined && { maxItems }),
});
const text = (maxLength?: number): object => ({
  type: 'string',
  minLength: 1,
  ...(maxLength !== undefined && { maxLength }),
});
const level = { enum: ['none', 'note', 'warning', 'error'] };
const message = (maxLength?: number): object => object({ text: text(maxLength) }, ['text']);
const bag = { type: 'object' };

const location = object(
  {
    physicalLocation: object(
      {
        artifactLocation: object(
          // Relative, in percent code, and nowhere above the root: GitHub joins it to the repository.
          {
            uri: {
              type: 'string',
              pattern:
                "^(?!\\.\\.?/)(?:[A-Za-z0-9._~!'()*@-]|%[0-9A-F]{2})(?:[A-Za-z0-9._~!'()*@/-]|%[0-9A-F]{2})*$",
            },
          },
          ['uri'],
        ),
        region: object({ startLine: { type: 'integer', minimum: 1 } }, ['startLine']),
      },
      ['artifactLocation', 'region'],
    ),
  },
  ['physicalLocation'],
);

const descriptor = object(
  {
    id: text(255),
    name: text(255),
    shortDescription: message(1_024),
    fullDescription: message(1_024),
    help: message(),
    defaultConfiguration: object({ level }, ['level']),
    properties: {
      type: 'object',
      required: ['security-severity', 'precision', 'tags'],
      properties: {
        'security-severity': { type: 'string', pattern: '^(?:10|\\d)\\.\\d$' },
        precision: { enum: ['very-high', 'high', 'medium', 'low'] },
        tags: list(text(), 10),
      },
    },
  },
  ['id', 'shortDescription', 'fullDescription', 'help'],
);

const result = object(
  {
    ruleId: text(),
    ruleIndex: { type: 'integer', minimum: 0 },
    level,
    message: message(),
    locations: { ...list(location, 10), minItems: 1 },
    relatedLocations: list(location, 10),
    partialFingerprints: {
      type: 'object',
      required: ['primaryLocationLineHash'],
      properties: { primaryLocationLineHash: { type: 'string', pattern: '^[0-9a-f]{16}:\\d+$' } },
      additionalProperties: { type: 'string' },
    },
    suppressions: list(
      object(
        {
          kind: { enum: ['inSource', 'external'] },
          status: { enum: ['accepted', 'underReview', 'rejected'] },
        },
        ['kind'],
      ),
    ),
    properties: bag,
  },
  ['ruleId', 'ruleIndex', 'level', 'message', 'locations', 'partialFingerprints'],
);

/** What we write of SARIF 2.1.0 (OASIS, 2020-03), with the limits of GitHub code scanning (documentation, 2026-11). */
const SARIF = object(
  {
    $schema: { type: 'string' },
    version: { const: '2.1.0' },
    runs: {
      type: 'array',
      minItems: 1,
      maxItems: 20,
      items: object(
        {
          tool: object(
            {
              driver: object(
                {
                  name: text(),
                  semanticVersion: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+' },
                  rules: list(descriptor, 25_000),
                },
                ['name'],
              ),
            },
            ['driver'],
          ),
          automationDetails: object({ id: text() }),
          columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
          results: { type: 'array', items: result, maxItems: 5_000 },
        },
        ['tool', 'results'],
      ),
    },
  },
  ['version', 'runs'],
);

const validate = new Ajv2020({ strict: true, allErrors: true }).compile(SARIF);

/** Why the document is not what code scanning takes; empty when it is. */
export function sarifProblems(document: unknown): string[] {
  validate(JSON.parse(JSON.stringify(document)));
  return (validate.errors ?? []).map(({ instancePath, message: why }) => `${instancePath} ${why ?? ''}`);
}
