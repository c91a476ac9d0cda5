import { render } from 'ink';
import pc from 'picocolors';
import { createElement } from 'react';
import { type CliContext, CommandError, connect, connectOrFail } from '../context.ts';
import { Top } from './app.ts';
import { Feed } from './feed.ts';

/** Frames a second; the figures change once a second, and keys want no delay. */
const MAX_FPS = 20;

/** Shows what runs until the person quits; the terminal is then as it was. @throws CommandError without a collector */
export async function runTop(context: CliContext): Promise<void> {
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw new CommandError('reeve top needs a terminal. For scripts there is `reeve sessions --json`.');
  const feed = new Feed(await connectOrFail(context), () => connect(context));
  const view = render(createElement(Top, { feed, color: pc.isColorSupported }), {
    alternateScreen: true,
    incrementalRendering: true,
    // Ink would take a variable such as CI for a terminal that cannot move its cursor.
    interactive: true,
    maxFps: MAX_FPS,
  });
  try {
    await view.waitUntilExit();
  } finally {
    feed.close();
  }
}
