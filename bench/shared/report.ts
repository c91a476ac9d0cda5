import { cpus } from 'node:os';

/** The processor and the Node version, as every block of figures names them. */
export function machine(): string {
  return `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, Node ${process.versions.node}`;
}

/** Prints a block of figures with the machine they come from. Two blanks end a name: `run-all.ts` reads that. */
export function report(title: string, rows: readonly (readonly [string, string])[]): void {
  console.log(`\n${title} — ${machine()}`);
  for (const [name, value] of rows) console.log(`  ${name.padEnd(26)}  ${value}`);
}
