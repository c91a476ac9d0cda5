import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { type CliContext, print, printJson, withClient } from '../context.ts';
import { portOption } from '../options.ts';

interface UiOptions {
  readonly open?: true;
  readonly port?: number;
  readonly json?: true;
}

/** `reeve ui`: the window in a browser, of this machine or through an SSH tunnel. */
export function addUiCommand(program: Command, context: () => CliContext): void {
  program
    .command('ui')
    .description('open the window in a browser; prints an address that works once')
    .option('--open', 'open it in the default browser')
    .option('--port <n>', 'listen on this port of 127.0.0.1', portOption)
    .option('--json', 'print JSON')
    .action(async ({ open, port, json }: UiOptions) => {
      await withClient(context(), async (client) => {
        const answer = await client.call('ui.open', port === undefined ? {} : { port });
        if (json === true) printJson(answer);
        else print(windowText(answer.url, answer.port, process.env));
        if (open === true) openBrowser(answer.url);
      });
    });
}

/** The address, and over SSH what to type on the other side. */
export function windowText(
  url: string,
  port: number,
  env: Readonly<Record<string, string | undefined>>,
): string {
  const lines = [
    `Window:  ${url}`,
    '         (works once, for ten minutes; your browser stays logged in for 12 hours)',
  ];
  if (env['SSH_CONNECTION'] !== undefined)
    lines.push(`Through SSH, first on your own machine:  ssh -N -L ${port}:127.0.0.1:${port} <this machine>`);
  return lines.join('\n');
}

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** A machine without a browser is not an error: the address was printed. */
function openBrowser(url: string): void {
  const [program, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true });
  child.on('error', () => {
    process.stderr.write('reeve: no browser could be opened here; open the address yourself\n');
  });
  child.unref();
}
