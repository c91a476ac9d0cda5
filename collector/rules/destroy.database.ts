import type { ToolCallEvent } from '../contract/event.ts';
import type { Severity } from '../contract/finding.ts';
import type { ShellCommand } from '../contract/shell.ts';
import type { EventRule, Match, SessionContext } from './rule.ts';
import { askedFor } from './shared/asked.ts';
import { canonicalName, describeCommand, findOption } from './shared/commands.ts';
import {
  DATABASE_CLIENTS,
  databaseLoss,
  destroyingStatement,
  RESET_PROGRAMS,
} from './shared/database-losses.ts';
import { classifyHost, parseUrl } from './shared/hosts.ts';
import { onCall } from './shared/on-call.ts';
import { isManagedDatabase, targetOf } from './shared/targets.ts';

const DROP_TOOL = /(?:drop|truncate|wipe|reset)[-_]?(?:database|collection|table|schema|index|db)/i;
const QUERY_TOOL = /sql|quer|execut|run|command|statement|db|mongo/i;

export const destroyDatabase: EventRule = {
  on: 'event',
  id: 'destroy.database',
  code: 'B-33',
  title: 'Data of a database deleted',
  severity: 'high',
  confidence: 'high',
  why: 'The command removes tables, whole databases or all rows. On anything but a throw-away database the data is gone for everybody.',
  triage:
    'See which database it was and when its last backup was made. Stop writing to it until that is clear.',
  advice:
    'Restore from a backup or point-in-time recovery. Give agents a read-only account for shared databases.',
  falsePositives: [
    'Databases on this machine, in containers and in test environments (not reported).',
    'Clean-ups you asked for (reported one step lower).',
  ],
  references: ['https://attack.mitre.org/techniques/T1485/', 'https://atlas.mitre.org/techniques/AML.T0101'],
  taxonomies: { attack: ['T1485'], atlas: ['AML.T0101'], owasp: ['ASI02'] },
  bundles: ['DST'],
  habit: ['lower'],
  trigger: {
    programs: [...DATABASE_CLIENTS, ...RESET_PROGRAMS, 'curl DELETE', 'curl -XDELETE', 'http DELETE'],
    signs: ['inline-code'],
    tools: [DROP_TOOL, QUERY_TOOL],
  },
  match: onCall((event, context) => {
    const { shell } = event;
    if (event.tool.category === 'mcp') return byTool(event, context);
    if (shell === undefined) return [];
    return shell.commands.flatMap((command): Match[] => {
      const what = databaseLoss(command, shell);
      const severity = what === undefined ? undefined : severityOf(command, context);
      if (what === undefined || severity === undefined) return [];
      return [
        {
          subject: `${what} by ${canonicalName(command.program)}`,
          detail: `The agent ran ${what} with ${command.program}.`,
          severity,
          excerpt: describeCommand(command),
        },
      ];
    });
  }),
  examples: {
    hit: [
      {
        name: 'drop on a production host',
        calls: [{ shell: 'psql -h db-prod.internal.example.com -U app -c "DROP DATABASE app"' }],
      },
      {
        name: 'truncate by address',
        calls: [{ shell: "psql postgres://app@db.example.com/app -c 'TRUNCATE TABLE users'" }],
      },
      {
        name: 'delete without where by a pipe',
        calls: [{ shell: 'echo "DELETE FROM orders;" | mysql -h prod-mysql.example.com shop' }],
      },
      {
        name: 'here-document in a nested shell',
        calls: [{ shell: "bash -c 'psql -h db.example.com app <<EOF\nDROP SCHEMA public CASCADE;\nEOF'" }],
      },
      {
        name: 'migration tool in production',
        calls: [{ shell: 'NODE_ENV=production npx prisma migrate reset --force' }],
      },
      { name: 'rails in production', calls: [{ shell: 'RAILS_ENV=production bin/rails db:drop' }] },
      { name: 'redis', calls: [{ shell: 'redis-cli -h cache.abc123.use1.cache.amazonaws.com FLUSHALL' }] },
      {
        name: 'mongo by address',
        calls: [
          {
            shell: `mongosh "mongodb+srv://app@cluster0.abc.mongodb.net/app" --eval 'db.dropDatabase()'`,
          },
        ],
      },
      {
        name: 'python driver',
        calls: [
          {
            shell: `python3 -c "import psycopg2;c=psycopg2.connect('postgres://app@prod-db.example.com/app');c.cursor().execute('DROP TABLE users')"`,
          },
        ],
      },
      {
        name: 'server of the company network',
        calls: [{ shell: "mysql -h prod-mysql.internal -e 'DROP TABLE t'" }],
      },
      { name: 'private address', calls: [{ shell: 'redis-cli -h 10.0.4.9 flushdb' }] },
      {
        name: 'tool of an MCP server',
        calls: [{ mcp: 'postgres-prod', tool: 'execute_sql', args: { sql: 'DROP TABLE users CASCADE' } }],
      },
      {
        name: 'tool that drops',
        calls: [{ mcp: 'mongodb', tool: 'drop-database', args: { database: 'app' } }],
      },
      { name: 'index', calls: [{ shell: 'curl -X DELETE https://es.example.com:9200/_all' }] },
      {
        name: 'address only known at run time',
        calls: [{ shell: 'psql "$DATABASE_URL" -c "TRUNCATE users CASCADE"' }],
      },
      {
        name: 'PowerShell',
        platform: 'win32',
        calls: [
          {
            shell: 'Invoke-Sqlcmd -ServerInstance prod-sql.example.com -Query "DROP TABLE dbo.Users"',
            dialect: 'powershell',
          },
        ],
      },
    ],
    miss: [
      {
        name: 'this machine',
        guards: 'local databases',
        calls: [{ shell: 'psql app_dev -c "DROP TABLE tmp"' }],
      },
      {
        name: 'container',
        guards: 'throw-away containers',
        calls: [{ shell: 'docker exec db psql -U app -c "DROP DATABASE app_test"' }],
      },
      {
        name: 'test reset',
        guards: 'development tools',
        calls: [{ shell: 'npx prisma migrate reset --force' }],
      },
      {
        name: 'rails test',
        guards: 'test environment',
        calls: [{ shell: 'RAILS_ENV=test bin/rails db:drop db:create' }],
      },
      {
        name: 'with a condition',
        guards: 'deleting single rows',
        calls: [{ shell: 'psql -h db.example.com -c "DELETE FROM sessions WHERE expires < now()"' }],
      },
      {
        name: 'reading in production',
        guards: 'queries',
        calls: [{ shell: 'psql -h db-prod.example.com -c "SELECT count(*) FROM users"' }],
      },
      { name: 'local redis', guards: 'cache of this machine', calls: [{ shell: 'redis-cli FLUSHALL' }] },
      {
        name: 'the words in a search',
        guards: 'text about SQL',
        calls: [{ shell: "grep -rn 'DROP TABLE' migrations/" }],
      },
      {
        name: 'reading by a tool',
        guards: 'queries of MCP servers',
        calls: [{ mcp: 'postgres', tool: 'query', args: { sql: 'select * from truncated_users' } }],
      },
      {
        name: 'container of a compose file',
        guards: 'bare service names',
        calls: [{ shell: "psql -h db -U app -c 'TRUNCATE users'" }],
      },
      {
        name: 'staging by address',
        guards: 'named test systems',
        calls: [{ shell: 'psql postgres://app@staging-db.example.com/app -c "TRUNCATE users"' }],
      },
    ],
  },
};

const MAX_ARGUMENTS = 40_000;

/** A tool of an MCP server that runs SQL, or drops by its name. */
function byTool(event: ToolCallEvent, context: SessionContext): readonly Match[] {
  const name = event.tool.mcpTool ?? event.tool.name;
  const texts = textsOf(event.input.args, 0).join('\n').slice(0, MAX_ARGUMENTS);
  const what = DROP_TOOL.test(name) ? name : QUERY_TOOL.test(name) ? destroyingStatement(texts) : undefined;
  if (what === undefined) return [];
  const target = targetOf(`${event.tool.mcpServer ?? ''} ${texts}`);
  const severity = severityAt(
    target === 'unknown' && /sqlite|duckdb/i.test(event.tool.mcpServer ?? '') ? 'throw-away' : target,
    context,
  );
  if (severity === undefined) return [];
  const server = event.tool.mcpServer ?? 'an MCP server';
  return [
    {
      subject: `${what} by ${server}`,
      detail: `The agent ran ${what} with the tool ${name} of ${server}.`,
      severity,
      excerpt: texts.slice(0, 300),
    },
  ];
}

/** All texts in the arguments of a tool, a few levels deep. */
function textsOf(value: unknown, depth: number): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || depth > 4) return [];
  return Object.values(value)
    .slice(0, 50)
    .flatMap((item: unknown) => textsOf(item, depth + 1));
}

function severityOf(command: ShellCommand, context: SessionContext): Severity | undefined {
  return severityAt(placeOf(command, context), context);
}

function severityAt(
  place: 'production' | 'throw-away' | 'remote' | 'unknown',
  context: SessionContext,
): Severity | undefined {
  if (place === 'throw-away') return undefined;
  const asked = askedFor(context, ['drop', 'truncate', 'reset', 'wipe', 'flush', 'delete', 'purge', 'clear']);
  if (place === 'production') return asked ? 'high' : 'critical';
  if (place === 'remote') return asked ? 'medium' : 'high';
  return asked ? 'low' : 'medium';
}

function placeOf(
  command: ShellCommand,
  context: SessionContext,
): 'production' | 'throw-away' | 'remote' | 'unknown' {
  // `CI=1` says who runs the command, not on what.
  const given = Object.entries(command.assignments)
    .filter(([key]) => key !== 'CI')
    .map(([key, value]) => `${key}=${value}`);
  const text = [...command.args, ...given, command.where ?? '', (command.code ?? '').slice(0, 20_000)]
    .join(' ')
    .replaceAll(context.workspace ?? context.home, '')
    .replaceAll(context.home, '');
  const host = hostIn(command, text);
  const kind = host === undefined ? undefined : classifyHost(host);
  if (kind === 'loopback' || kind === 'unspecified') return 'throw-away';
  const named = targetOf([host ?? '', ...given, command.where ?? '', text].join(' '));
  if (named === 'production') return 'production';
  if (named === 'throw-away' || command.via.includes('container')) return 'throw-away';
  // A bare name is a service of a compose file; a private address is somebody's server.
  if (kind === 'local-name' && host?.includes('.') === false) return 'throw-away';
  if (kind === 'private') return DOCKER_NET.test(host ?? '') ? 'throw-away' : 'unknown';
  if (host !== undefined) return isManagedDatabase(host) ? 'production' : 'remote';
  if (command.elsewhere) return 'remote';
  return /\$\{?\w*(?:URL|URI|DSN|HOST)\b|--linked\b/.test(text) ? 'unknown' : 'throw-away';
}

const DOCKER_NET = /^172\.(?:1[6-9]|2\d|3[01])\./;

/** Where the client connects to; without one it is this machine. */
function hostIn(command: ShellCommand, text: string): string | undefined {
  const url = /\b[a-z][a-z+]{2,20}:\/\/[^\s'"]{3,500}/i.exec(text)?.[0];
  if (url !== undefined) {
    const host = /^[a-z+]+:\/\/(?:[^@/]*@)?([^/:?,]+)/i.exec(url)?.[1];
    return host ?? parseUrl(url)?.host;
  }
  const option = findOption(command.args, ['-ServerInstance', '-h', '--host', '-S']);
  if (option !== undefined && /^[\w.-]+$/.test(option)) return option;
  return command.assignments['PGHOST'];
}
