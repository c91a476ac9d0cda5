import type { EventRule, Match } from './rule.ts';
import { CALL_DATA } from './rule.ts';
import { callOf } from './shared/recent.ts';
import { regulatedIn, type Regulated } from './shared/regulated.ts';

/** One or two may be a typo or a sample; a list of them is a list of people. */
const SEVERAL = 3;

export const dataRegulatedToModel: EventRule = {
  on: 'event',
  id: 'data.regulated-to-model',
  code: 'B-56',
  title: 'Payment or personal numbers given to the model',
  severity: 'medium',
  confidence: 'high',
  why: 'Card, account or social security numbers of people came into the session. Everything there is sent to whoever runs the model, and is kept in the log.',
  triage: 'Whose numbers are they, and is the model\u2019s provider allowed to have them?',
  advice: 'Mask such columns before an agent sees them. Ask whoever answers for data protection.',
  falsePositives: [
    'Test numbers of the card makers (not counted).',
    'Numbers made up for tests that pass the check by chance.',
  ],
  references: ['https://genai.owasp.org/llmrisk/llm022025-sensitive-information-disclosure/'],
  taxonomies: { attack: ['T1213'], atlas: ['AML.T0057'], owasp: ['LLM02:2025'] },
  bundles: ['DLP'],
  trigger: { kinds: ['prompt.submit'], results: CALL_DATA },
  match(event, context): readonly Match[] {
    if (event.kind === 'prompt.submit')
      return event.origin === 'human' ? said(regulatedIn(event.text), 'a prompt') : [];
    if (event.kind !== 'tool.result' || event.output === undefined) return [];
    const call = callOf(context, event.callId);
    return call === undefined || (call[3] & CALL_DATA) === 0
      ? []
      : said(regulatedIn(event.output), 'a tool result');
  },
  examples: {
    hit: [
      {
        name: 'cards of a table',
        calls: [{ shell: 'psql -c "select * from payments"', result: { output: cards() } }],
      },
      {
        name: 'accounts of a file',
        calls: [{ read: '/home/dev/app/data/customers.csv', result: { output: accounts() } }],
      },
      {
        name: 'numbers of people',
        calls: [
          {
            mcp: 'crm',
            tool: 'list_people',
            result: {
              output: `name,ssn\n${[1, 2, 3, 4].map((n) => `P${n},${['321', '54', `678${n}`].join('-')}`).join('\n')}`,
            },
          },
        ],
      },
      {
        name: 'cards by a service',
        calls: [{ mcp: 'billing', tool: 'export', result: { output: cards() } }],
      },
      { name: 'cards in a dump', calls: [{ shell: 'head -50 dump.sql', result: { output: cards() } }] },
    ],
    miss: [
      {
        name: 'test cards',
        guards: 'published test numbers',
        calls: [
          {
            mcp: 'stripe',
            tool: 'list',
            result: {
              output: ['4242424242424242', '4000056655665556', '5555555555554444', '378282246310005'].join(
                '\n',
              ),
            },
          },
        ],
      },
      {
        name: 'other numbers',
        guards: 'numbers that fail the check',
        calls: [
          {
            shell: 'psql -c "select id"',
            result: {
              output: Array.from({ length: 40 }, (_, n) => `45320151128303${60 + n}`)
                .filter((_, n) => n % 10 !== 6)
                .slice(0, 2)
                .join('\n'),
            },
          },
        ],
      },
      {
        name: 'one number',
        guards: 'single numbers',
        calls: [{ shell: 'psql -c "select 1"', result: { output: cards().split('\n')[0] ?? '' } }],
      },
      {
        name: 'code',
        guards: 'output of programs',
        calls: [{ shell: 'npm test', result: { output: cards() } }],
      },
      {
        name: 'times and ids',
        guards: 'long numbers',
        calls: [
          {
            mcp: 'logs',
            tool: 'query',
            result: { output: '1763769600000 1763769600001 20261122071530123 00000000000000001' },
          },
        ],
      },
      {
        name: 'phone-like',
        guards: 'numbers with the same shape',
        calls: [
          { mcp: 'crm', tool: 'list', result: { output: 'call 321-54-6789 or 321-54-6780 or 321-54-6781' } },
        ],
      },
    ],
  },
};

function said(found: Regulated, where: string): readonly Match[] {
  const parts: string[] = [];
  if (found.cards >= SEVERAL) parts.push(`${found.cards} card numbers`);
  if (found.accounts >= SEVERAL) parts.push(`${found.accounts} bank account numbers`);
  if (found.socialNumbers >= SEVERAL) parts.push(`${found.socialNumbers} social security numbers`);
  if (parts.length === 0) return [];
  return [
    {
      subject: `${parts.map((part) => part.replace(/^\d+ /, '')).join(', ')} in ${where}`,
      detail: `There were ${parts.join(' and ')} in ${where}.`,
      wholeRun: true,
    },
  ];
}

/** Numbers that pass the check and belong to nobody: made from a beginning nobody is given. */
function cards(): string {
  return ['453201511283036', '453210987654321', '491602233445566', '540011223344556']
    .map((body) => `${body}${checkDigit(body)}`)
    .join('\n');
}

function checkDigit(body: string): string {
  let sum = 0;
  for (let i = 0; i < body.length; i++) {
    let digit = body.charCodeAt(body.length - 1 - i) - 48;
    if (i % 2 === 0) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return String((10 - (sum % 10)) % 10);
}

function accounts(): string {
  return ['370400440532013111', '370400440532013222', '500105175407324999', '500105175407324888']
    .map((body) => `DE${ibanCheck(body)}${body}`)
    .join('\n');
}

function ibanCheck(body: string): string {
  let rest = 0;
  for (const char of `${body}131400`) rest = (rest * 10 + char.charCodeAt(0) - 48) % 97;
  return String(98 - rest).padStart(2, '0');
}
