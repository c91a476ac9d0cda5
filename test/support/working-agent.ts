import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEMO_LOGS } from '../../collector/cli/demo/write-logs.ts';
import type { WorkPlan } from './agent-at-work.ts';

/** Stands in for an agent at work: runs its plan step by step, writing its log as agents do, then waits for its end. */
const plan = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as WorkPlan;
const log = DEMO_LOGS[plan.agent]({ id: plan.session, cwd: plan.cwd, home: plan.home, startMs: Date.now() });
const path = join(plan.home, log.path);
mkdirSync(dirname(path), { recursive: true });
let written = 0;
const write = (lines: readonly string[]): void => {
  if (plan.logs === false) return;
  appendFileSync(path, lines.map((line) => `${line}\n`).join(''));
};
const run = (command: string, argv?: readonly string[]): Promise<void> =>
  new Promise((resolve) => {
    const [program = 'bash', ...args] = argv ?? [
      'bash',
      '-c',
      `eval '${command.replaceAll("'", String.raw`'\''`)}'`,
    ];
    spawn(program, args, {
      cwd: plan.cwd,
      stdio: 'ignore',
      env: { ...process.env, ...plan.markers },
    })
      .on('error', () => {
        resolve();
      })
      .on('exit', () => {
        resolve();
      });
  });

write(log.head);
write(log.step({ prompt: 'work' }, written++, Date.now()));
// A model needs some seconds to answer.
await sleep(2_500);
for (const step of plan.steps) {
  await sleep(step.afterMs ?? 50);
  const index = written++;
  switch (step.kind) {
    case 'tool': {
      write(log.step({ shell: step.command }, index, Date.now()).slice(0, 1));
      await run(step.command);
      write(log.step({ shell: step.command }, index, Date.now()).slice(1));
      break;
    }
    case 'own':
      await run('', step.argv);
      break;
    case 'hidden':
      await run(step.command);
      break;
    case 'claimed':
      write(log.step({ shell: step.command }, index, Date.now()));
      break;
  }
}
process.stdout.write('done\n');
process.stdin.resume().on('end', () => process.exit());
