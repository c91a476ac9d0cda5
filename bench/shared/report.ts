import { cpus } from 'node:os';

/** Prints a block of figures with the machine they come from. */
export function report(title: string, rows: readonly (readonly [string, string])[]): void {
  console.log(
    `\n${title} — ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`,
  );
  for (const [name, value] of rows) console.log(`  ${name.padEnd(26)} ${value}`);
}
