import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEMO_LOGS } from '../../collector/cli/demo/write-logs.ts';
import type { ZooAgent } from './agent-zoo.ts';

/** Stands in for an agent: writes its log and runs the commands, each in a shell, then waits for its input to end. */
const config = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as ZooAgent;
const log = DEMO_LOGS[config.agent]({
  id: config.session,
  cwd: config.cwd,
  home: config.home,
  startMs: Date.now(),
});
const path = join(config.home, log.path);
mkdirSync(dirname(path), { recursive: true });
const append = (lines: readonly string[]): void => {
  appendFileSync(path, lines.map((line) => `${line}\n`).join(''));
};
append(log.head);
append(log.step({ prompt: 'work' }, 0, Date.now()));
// A model needs some seconds to answer.
await sleep(2_500);
for (const [index, command] of config.commands.entries()) {
  append(log.step({ shell: command }, index + 1, Date.now()));
  spawn('bash', ['-c', `eval ${quoted(command)}`], {
    stdio: 'ignore',
    detached: index % 2 === 0,
    env: { ...process.env, ...config.markers },
  });
}
process.stdout.write('ready\n');
process.stdin.resume().on('end', () => process.exit());

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
