import type { Severity } from '../contract/finding.ts';
import type { ShellCommand } from '../contract/shell.ts';
import type { EventRule, Match } from './rule.ts';
import { CALL_DATA } from './rule.ts';
import { canonicalName, describeCommand } from './shared/commands.ts';
import { parseUrl } from './shared/hosts.ts';
import { callOf } from './shared/recent.ts';
import { isManagedDatabase, targetOf } from './shared/targets.ts';
import { unlessAsked } from './shared/weigh.ts';

const MANY_CALLS = 150;
const MANY_BYTES = 10 * 1_024 * 1_024;

export const dataBulkRead: EventRule = {
  on: 'event',
  id: 'data.bulk-read',
  code: 'B-55',
  title: 'Much more data read than a task needs',
  severity: 'medium',
  confidence: 'medium',
  why: 'The agent copied whole tables or read record after record. All of it is now in the hands of the agent, and on its way to the model.',
  triage: 'Which data was it, and who asked for all of it?',
  advice: 'Give the agent an account that sees only what the task needs, with a limit of rows.',
  falsePositives: [
    'Migrations and backups you asked for (reported as low).',
    'Test data bases on this machine (not reported).',
  ],
  references: ['https://attack.mitre.org/techniques/T1119/', 'https://attack.mitre.org/techniques/T1213/'],
  taxonomies: { attack: ['T1119', 'T1213'], atlas: ['AML.T0085.001'], owasp: ['LLM02:2025'] },
  bundles: ['DLP'],
  habit: ['lower'],
  trigger: {
    results: CALL_DATA,
    programs: [
      'pg_dump',
      'pg_dumpall',
      'mysqldump',
      'mariadb-dump',
      'mongodump',
      'mongoexport',
      'psql',
      'mysql',
      'bq extract',
      'aws scan',
      'aws export-table-to-point-in-time',
      'gcloud sql',
      'sqlcmd',
      'bcp',
      'redis-cli --rdb',
      'supabase dump',
    ],
  },
  match(event, context): readonly Match[] {
    if (event.kind === 'tool.result') {
      const call = callOf(context, event.callId);
      if (call === undefined || (call[3] & CALL_DATA) === 0) return [];
      const last = context.bulk?.at(-1);
      if (last === undefined) return [];
      const [service, calls, bytes] = last;
      const size = bytes + (event.outcome.sizeBytes ?? event.output?.length ?? 0);
      if (size < MANY_BYTES && (calls + 1) % MANY_CALLS !== 0) return [];
      return [
        {
          subject: `data of ${service}`,
          detail: `The agent has read ${Math.round(size / 1_024)} KiB in ${calls + 1} calls from ${service}.`,
          severity: unlessAsked('medium', context, [
            'export',
            'migrate',
            'migration',
            'backup',
            'all records',
            'dump',
            'import',
            'analyse',
            'analyze',
          ]),
          wholeRun: true,
        },
      ];
    }
    if (event.kind !== 'tool.call') return [];
    return (event.shell?.commands ?? []).flatMap((command): Match[] => {
      const said = command.elsewhere ? undefined : dumped(command);
      if (said === undefined) return [];
      return [
        {
          subject: said[0],
          detail: `The agent copied whole data: ${said[0]}.`,
          severity: unlessAsked(said[1], context, [
            'dump',
            'backup',
            'export',
            'migrate',
            'migration',
            'copy of',
          ]),
          excerpt: describeCommand(command),
        },
      ];
    });
  },
  examples: {
    hit: [
      {
        name: 'dump of production',
        calls: [{ shell: 'pg_dump "postgres://app@db.prod.example.com/app" > /tmp/d.sql' }],
      },
      {
        name: 'dump of a hosted one',
        calls: [{ shell: 'mysqldump -h app.abc.eu-west-1.rds.amazonaws.com -u app app > d.sql' }],
      },
      {
        name: 'table to a file',
        calls: [{ shell: `bash -c "psql -h db-prod.example.com -c '\\copy customers to /tmp/c.csv csv'"` }],
      },
      {
        name: 'collections',
        calls: [{ shell: 'mongoexport --uri mongodb+srv://cluster0.x.mongodb.net/prod -c users -o u.json' }],
      },
      {
        name: 'much by a tool',
        calls: [{ mcp: 'crm', tool: 'list_contacts', times: 3, result: { sizeBytes: 6_000_000 } }],
      },
      {
        name: 'record after record',
        calls: [
          ...Array.from({ length: 150 }, (_, n) => ({
            mcp: 'crm',
            tool: 'get_contact',
            args: { id: n },
            result: { sizeBytes: 900 },
          })),
        ],
      },
      {
        name: 'scan of a table',
        calls: [{ shell: 'aws dynamodb scan --table-name customers-prod > c.json' }],
      },
    ],
    miss: [
      {
        name: 'own test data',
        guards: 'containers and this machine',
        calls: [{ shell: 'pg_dump -h localhost app_dev > d.sql; mysqldump -h 127.0.0.1 test > t.sql' }],
      },
      {
        name: 'structure only',
        guards: 'no rows',
        calls: [{ shell: 'pg_dump --schema-only -h db.prod.example.com app > schema.sql' }],
      },
      {
        name: 'a few rows',
        guards: 'questions',
        calls: [{ shell: `psql -h db-prod.example.com -c "select count(*) from users"` }],
      },
      {
        name: 'a few answers',
        guards: 'daily questions',
        calls: [{ mcp: 'crm', tool: 'get_contact', times: 20, result: { sizeBytes: 2_000 } }],
      },
      {
        name: 'files of the project',
        guards: 'reading code',
        calls: [{ read: '/home/dev/app/big.ts', times: 30, result: { sizeBytes: 500_000 } }],
      },
      {
        name: 'test table',
        guards: 'throw-away targets',
        calls: [
          { shell: 'aws dynamodb scan --table-name users-dev; mongodump --uri mongodb://localhost/test' },
        ],
      },
    ],
  },
};

type Said = readonly [what: string, severity: Severity];
const DUMPS = /^(?:pg_dump|pg_dumpall|mysqldump|mariadb-dump|mongodump|mongoexport|bcp)$/;

function dumped(command: ShellCommand): Said | undefined {
  const name = canonicalName(command.program);
  const line = command.args.join(' ').slice(0, 4_000);
  const far = isProduction(line);
  if (DUMPS.test(name)) {
    if (/--schema-only|--no-data|(?:^|\s)-s(?:\s|$)|(?:^|\s)-d(?:\s|$).{0,200}mysqldump/.test(line))
      return undefined;
    return far ? [`${name} of a production data base`, 'medium'] : undefined;
  }
  if (name === 'psql' || name === 'mysql' || name === 'sqlcmd')
    return far &&
      /\bcopy\s{1,8}\(?\w.{0,400}\bto\b|into\s{1,8}outfile|select\s{1,8}\*\s{1,8}from\s{1,8}\w{1,200}(?:[\s;"']{0,20}(?:-o|>|$))(?!.*\blimit\b)/i.test(
        line,
      ) &&
      !/limit\s+\d/i.test(line)
      ? ['a whole table', 'medium']
      : undefined;
  if (name === 'aws')
    return /\bdynamodb\s+(?:scan|export-table)/.test(line) && far
      ? ['a whole table of DynamoDB', 'medium']
      : undefined;
  if (name === 'bq')
    return /^extract\b/.test(line) && far ? ['a whole table of BigQuery', 'medium'] : undefined;
  if (name === 'gcloud')
    return /^sql export\b/.test(line) ? ['a whole data base of Cloud SQL', 'medium'] : undefined;
  if (name === 'supabase')
    return /^db dump\b.*--(?:data-only|linked)/.test(line) ? ['a Supabase data base', 'medium'] : undefined;
  return undefined;
}

function isProduction(line: string): boolean {
  if (targetOf(line) === 'production') return true;
  if (targetOf(line) === 'throw-away') return false;
  for (const word of line.split(/[\s=@]+/)) {
    const host = word.includes('://') ? parseUrl(word)?.host : word.replace(/[:/].*$/s, '').toLowerCase();
    if (host?.includes('.') === true && isManagedDatabase(host)) return true;
  }
  return false;
}
