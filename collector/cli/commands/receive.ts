import type { Command } from 'commander';
import { formatRecord } from '../../report/format-record.ts';
import { startReceiver } from '../../report/receive.ts';
import { print } from '../context.ts';
import { portOption } from '../options.ts';

export function addReceiveCommand(program: Command): void {
  program
    .command('receive')
    .description('print what arrives over OTLP/HTTP on this machine: for trying the reporting')
    .option('--port <n>', 'port on 127.0.0.1', portOption, 4318)
    .option('--json', 'print each record as JSON')
    .action(async (options: { port: number; json?: true }) => {
      const receiver = await startReceiver({
        port: options.port,
        onRecord: (record) => {
          print(options.json === true ? JSON.stringify(record) : formatRecord(record));
        },
      });
      process.stderr.write(`Listening on ${receiver.url}. Try: reeve run --endpoint ${receiver.url}\n`);
      await new Promise<void>((resolve) => {
        process.once('SIGINT', () => {
          resolve();
        });
        process.once('SIGTERM', () => {
          resolve();
        });
      });
      await receiver.close();
    });
}
