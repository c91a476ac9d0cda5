import { homedir } from 'node:os';
import type { Command } from 'commander';
import { AGENTS } from '../../agents/index.ts';
import { coverageOf } from '../../coverage.ts';
import { print, printJson } from '../context.ts';
import { frameFor, renderTable } from '../table.ts';

/** `reeve coverage`: what is known of each product, whether it is on this machine or not. */
export function addCoverageCommand(program: Command): void {
  program
    .command('coverage')
    .description('every product Reeve knows, and what it can see of each')
    .option('--json', 'print JSON')
    .action((options: { json?: true }) => {
      const products = coverageOf(AGENTS);
      if (options.json === true) {
        printJson({ schemaVersion: 1, products });
        return;
      }
      const yes = (is: boolean): string => (is ? 'yes' : '');
      print(
        renderTable(
          [
            { title: 'PRODUCT', flexible: true },
            { title: 'KIND' },
            { title: 'MCP' },
            { title: 'LOGS' },
            { title: 'TOKENS' },
            { title: 'STEERED BY', flexible: true },
            { title: 'GATE' },
          ],
          products.map((one) => [
            one.name,
            one.kind,
            yes(one.mcp),
            yes(one.logs.length > 0),
            yes(one.credentials > 0),
            one.assets.join(' '),
            one.gate === 'none' ? '' : one.gate,
          ]),
          frameFor(homedir()).width,
        ),
      );
      print(
        `\n${String(products.length)} products, session logs of ${String(products.filter((one) => one.logs.length > 0).length)}.`,
      );
    });
}
