import type { ShellAnalysis, ShellCommand } from '../../contract/shell.ts';
import { canonicalName, feedersOf } from './commands.ts';

/** Programs that hand statements to a database. */
export const DATABASE_CLIENTS: ReadonlySet<string> = new Set(
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
export const RESET_PROGRAMS: readonly string[] = [
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

const SQL =
  /\bdrop\s+(?:database|schema|table|collection|keyspace)\b(?!\s+if\s+exists\s+(?:tmp|temp|test)_)|\btruncate\s+(?:table\s+)?["'`\w]|\bdropDatabase\s*\(|\bdrop_database\s*\(|\.drop\(\)|\bdeleteMany\(\s*\{\s*\}\s*\)|\bflush(?:all|db)\b/i;
const ALL_ROWS = /\bdelete\s+from\s+["'`\w.]{1,128}\s*(?:;|["']|$)|\bupdate\s+["'`\w.]{1,128}\s+set\s/i;

/** What of a database this command deletes, in a few words; undefined when nothing. */
export function databaseLoss(command: ShellCommand, shell: ShellAnalysis): string | undefined {
  const name = canonicalName(command.program);
  const line = command.args.join(' ').slice(0, 20_000);
  const tool = name === 'npx' ? (command.args.find((word) => Object.hasOwn(RESETS, word)) ?? name) : name;
  if (Object.hasOwn(RESETS, tool) && RESETS[tool]?.test(line) === true) return 'a reset of the database';
  if (command.code !== undefined) {
    const code = command.code.slice(0, 20_000);
    return /\b(?:execute|query|\$executeRaw|connect|createConnection|MongoClient|redis)\b/i.test(code)
      ? destroyingStatement(code)
      : undefined;
  }
  if (name === 'curl' || name === 'http') {
    return /\bDELETE\b/.test(line) &&
      /(?::9200\/|:9243\/|elastic|opensearch)|\/(?:_all|\*)(?:[\s?"']|$)/.test(line)
      ? 'a delete of an index'
      : undefined;
  }
  if (!DATABASE_CLIENTS.has(name)) return undefined;
  const fed = feedersOf(shell, command)
    .filter((feeder) => /^(?:echo|printf|cat)$/.test(feeder.program))
    .map((feeder) => `${feeder.args.join(' ')} ${feeder.stdinText ?? ''}`);
  return destroyingStatement([line, command.stdinText ?? '', ...fed].join('\n').slice(0, 40_000));
}

/** The statement in this text that drops, empties or overwrites everything in one place. */
export function destroyingStatement(text: string): string | undefined {
  const words = SQL.exec(text)?.[0];
  if (words !== undefined) return words.replace(/\s+/g, ' ').toUpperCase().slice(0, 40);
  return ALL_ROWS.test(text) && !/\bwhere\b/i.test(text) ? 'a change of all rows' : undefined;
}
