import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import type { ZodError } from 'zod';
import { addCommands } from './commands/index.ts';
import { type CliContext, CommandError, createContext, EXIT } from './context.ts';
import { plain } from './words.ts';

const version = readVersion();
const program = new Command('reeve')
  .description('Watches the coding agents on this machine.')
  .version(version)
  .option('--state <dir>', 'folder of the store, instead of the usual one')
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? EXIT.fine : EXIT.usage);
  });

const context = (): CliContext => createContext(version, program.opts<{ state?: string }>().state);
await addCommands(program, context, process.argv.slice(2));

// A reader that goes away (`| head`) is no failure.
process.stdout.on('error', (error: Error) => {
  process.exit('code' in error && error.code === 'EPIPE' ? EXIT.fine : EXIT.failed);
});

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`reeve: ${messageOf(error)}\n`);
  process.exitCode =
    error instanceof CommandError ? error.exitCode : isZodError(error) ? EXIT.usage : EXIT.failed;
}

/** One sentence for a person. A stack is for us: `REEVE_DEBUG=1` shows it. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  if (process.env['REEVE_DEBUG'] === '1') return error.stack ?? error.message;
  if (isZodError(error)) {
    const issue = error.issues[0];
    return plain(`${issue?.path.join('.') ?? 'value'}: ${issue?.message ?? 'not valid'}`);
  }
  return plain(error.message);
}

/** By its name: loading zod for a message would cost each start more than most commands do. */
function isZodError(error: unknown): error is ZodError {
  return error instanceof Error && error.name === 'ZodError' && 'issues' in error;
}

function readVersion(): string {
  // The same two steps up from the source file and from the bundle's chunk are not the same folder.
  for (const path of ['../package.json', '../../package.json']) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
      if (typeof manifest === 'object' && manifest !== null && 'version' in manifest)
        return String(manifest.version);
    } catch {
      continue; // Not there: the other one is.
    }
  }
  return '0.0.0';
}
