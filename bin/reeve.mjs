#!/usr/bin/env node
// Starts Reeve on the Node version it is built for, whatever Node the shell has.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../dist/reeve.js', import.meta.url));
const pinned = fileURLToPath(
  new URL(`../node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`, import.meta.url),
);

if (!existsSync(entry)) {
  console.error('reeve is not built yet: run `npm ci` (or `npm run build`) in the checkout first.');
  process.exit(3);
}
if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import(entry);
} else if (existsSync(pinned)) {
  const child = spawn(pinned, [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => (signal ? process.kill(process.pid, signal) : process.exit(code ?? 3)));
} else {
  console.error(
    `reeve needs Node 24 or newer; this is ${process.version}. Run \`npm ci\` to get the pinned one.`,
  );
  process.exit(3);
}
