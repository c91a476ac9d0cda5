import type { ToolCallEvent } from '../contract/event.ts';
import type { Severity } from '../contract/finding.ts';
import type { ShellAnalysis, ShellCommand } from '../contract/shell.ts';
import type { EventRule, Match, SessionContext } from './rule.ts';
import { askedFor } from './shared/asked.ts';
import { canonicalName, describeCommand, feedersOf, findOption } from './shared/commands.ts';
import { classifyHost, parseUrl } from './shared/hosts.ts';
import { onCall } from './shared/on-call.ts';
import { isManagedDatabase, targetOf } from './shared/targets.ts';

const CLIENTS: ReadonlySet<string> = new Set(
  'psql mysql mariadb mongosh mongo redis-cli valkey-cli sqlcmd clickhouse-client cqlsh usql pgcli mycli invoke-sqlcmd sqlite3 duckdb'.split(
    ' ',
  ),
);
/** Tools that empty a database by a verb of theirs. */
const RESETS: Readonly<Record<string, RegExp>> = {
  prisma: /\bmigrate reset\b|\bdb push\b.{0,200}--force-reset/,
  rails: /\bdb:(?:drop|reset|purge|schema:load)\b/,
  rake: /\bdb:(?:drop|reset|purge|schema:load)\b/,
  php: /\bartisan (?:migrate:(?:fresh|reset|refresh)|db:wipe)\b/,
  artisan: /\b(?:migrate:(?:fresh|reset|refresh)|db:wipe)\b/,
  python: /\bmanage\.py (?:flush|reset_db|sqlflush)\b/,
  'manage.py': /\b(?:flush|reset_db)\b/,
  sequelize: /\bdb:drop\b|db:migrate:undo:all/,
  'sequelize-cli': /\bdb:drop\b|db:migrate:undo:all/,
  typeorm: /\bschema:drop\b/,
  alembic: /\bdowngrade base\b/,
  mix: /\becto\.(?:drop|reset)\b/,
  flyway: /(?:^|\s)clean\b/,
  liquibase: /\bdrop-?all\b/i,
  supabase: /\bdb reset\b/,
  dotnet: /\bef database drop\b/,
  dropdb: /\S/,
  mysqladmin: /\bdrop\b/,
};

/** One of the words of each tool that its verbs hold: its daily ones wake nothing. */
const RESET_PROGRAMS: readonly string[] = [
  'mysqladmin drop',
  'dropdb',
  'prisma reset',
  'prisma --force-reset',
  'npx reset',
  'npx --force-reset',
  ...['rails', 'rake'].flatMap((name) =>
    ['drop', 'reset', 'purge', 'schema:load'].map((verb) => `${name} db:${verb}`),
  ),
  ...['php', 'artisan'].flatMap((name) =>
    ['migrate:fresh', 'migrate:reset', 'migrate:refresh', 'db:wipe'].map((verb) => `${name} ${verb}`),
  ),
  ...['python', 'manage.py'].flatMap((name) => ['flush', 'reset_db'].map((verb) => `${name} ${verb}`)),
  ...['sequelize', 'sequelize-cli', 'npx'].flatMap((name) =>
    ['db:drop', 'db:migrate:undo:all', 'schema:drop'].map((verb) => `${name} ${verb}`),
  ),
  'typeorm schema:drop',
  'alembic downgrade',
  'mix ecto.drop',
  'mix ecto.reset',
  'flyway clean',
  'liquibase drop-all',
  'liquibase dropAll',
  'supabase reset',
  'dotnet drop',
];

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
    programs: [...CLIENTS, ...RESET_PROGRAMS, 'curl DELETE', 'curl -XDELETE', 'http DELETE'],
    signs: ['inline-code'],
    categories: ['mcp'],
  },
  match: onCall((event, context) => {
    const { shell } = event;
    if (event.tool.category === 'mcp') return byTool(event, context);
    if (shell === undefined) return [];
    return shell.commands.flatMap((command): Match[] => {
      const what = destroyed(command, shell);
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

const SQL =
  /\bdrop\s+(?:database|schema|table|collection|keyspace)\b(?!\s+if\s+exists\s+(?:tmp|temp|test)_)|\btruncate\s+(?:table\s+)?["'`\w]|\bdropDatabase\s*\(|\bdrop_database\s*\(|\.drop\(\)|\bdeleteMany\(\s*\{\s*\}\s*\)|\bflush(?:all|db)\b/i;
const ALL_ROWS = /\bdelete\s+from\s+["'`\w.]{1,128}\s*(?:;|["']|$)|\bupdate\s+["'`\w.]{1,128}\s+set\s/i;

function destroyed(command: ShellCommand, shell: ShellAnalysis): string | undefined {
  const name = canonicalName(command.program);
  const line = command.args.join(' ').slice(0, 20_000);
  const tool = name === 'npx' ? (command.args.find((word) => Object.hasOwn(RESETS, word)) ?? name) : name;
  if (Object.hasOwn(RESETS, tool) && RESETS[tool]?.test(line) === true) return `a reset of the database`;
  if (command.code !== undefined) {
    const code = command.code.slice(0, 20_000);
    return /\b(?:execute|query|\$executeRaw|connect|createConnection|MongoClient|redis)\b/i.test(code)
      ? statement(code)
      : undefined;
  }
  if (name === 'curl' || name === 'http') {
    return /\bDELETE\b/.test(line) &&
      /(?::9200\/|:9243\/|elastic|opensearch)|\/(?:_all|\*)(?:[\s?"']|$)/.test(line)
      ? 'a delete of an index'
      : undefined;
  }
  if (!CLIENTS.has(name)) return undefined;
  const fed = feedersOf(shell, command)
    .filter((feeder) => /^(?:echo|printf|cat)$/.test(feeder.program))
    .map((feeder) => `${feeder.args.join(' ')} ${feeder.stdinText ?? ''}`);
  return statement([line, command.stdinText ?? '', ...fed].join('\n').slice(0, 40_000));
}

function statement(text: string): string | undefined {
  const words = SQL.exec(text)?.[0];
  if (words !== undefined) return words.replace(/\s+/g, ' ').toUpperCase().slice(0, 40);
  return ALL_ROWS.test(text) && !/\bwhere\b/i.test(text) ? 'a change of all rows' : undefined;
}

const DROP_TOOL = /(?:drop|truncate|wipe|reset)[-_]?(?:database|collection|table|schema|index|db)/i;
const MAX_ARGUMENTS = 40_000;

/** A tool of an MCP server that runs SQL, or drops by its name. */
function byTool(event: ToolCallEvent, context: SessionContext): readonly Match[] {
  const name = event.tool.mcpTool ?? event.tool.name;
  const texts = textsOf(event.input.args, 0).join('\n').slice(0, MAX_ARGUMENTS);
  const what = DROP_TOOL.test(name)
    ? name
    : /sql|quer|execut|run|command|statement|db|mongo/i.test(name)
      ? statement(texts)
      : undefined;
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
