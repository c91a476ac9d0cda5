import type { InventoryFact } from '../contract/inventory-fact.ts';
import type { ShellAnalysis } from '../contract/shell.ts';
import { analyzeShell } from './shell/index.ts';

interface Machine {
  readonly home: string;
  readonly platform: 'linux' | 'darwin' | 'win32';
}

/** Gives facts that hold a command line its parsed form, so that rules judge what would run and not how it is spelled. */
export function parseFactCommands(facts: readonly InventoryFact[], machine: Machine): InventoryFact[] {
  return facts.map((fact) => {
    switch (fact.kind) {
      case 'mcp-server': {
        const { command, args = [] } = fact.server;
        if (command === undefined || fact.shell !== undefined) return fact;
        return { ...fact, shell: analyze([command, ...args].map(quote).join(' '), machine) };
      }
      case 'hook':
        return fact.shell === undefined ? { ...fact, shell: analyze(fact.command, machine) } : fact;
      case 'alias':
        return fact.command === undefined ? fact : { ...fact, shell: analyze(fact.command, machine) };
      default:
        return fact;
    }
  });
}

function analyze(command: string, machine: Machine): ShellAnalysis {
  return analyzeShell(command, { home: machine.home, platform: machine.platform });
}

/** Arguments of a server are given to the program as they are: no shell looks at them first. */
function quote(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
