import type { ProcessInfo } from '../../contract/process.ts';
import { bareText, baseName, scriptArguments, shellText } from '../attribution/match-command.ts';

const MAX_ENTRIES = 2_000;

/** What the configuration names a command line for. */
export interface ConfiguredPart {
  readonly kind: 'mcp-server' | 'hook';
  readonly name: string;
}

/** Command lines that the configuration of the agents names: MCP servers, hooks, the status line. */
export class Configured {
  readonly #parts = new Map<string, ConfiguredPart>();

  constructor(commands: Iterable<readonly [command: string, part: ConfiguredPart]> = []) {
    for (const [command, part] of commands) {
      const text = bareText(command);
      if (text !== '' && this.#parts.size < MAX_ENTRIES) this.#parts.set(text, part);
    }
  }

  /** Is it one of them? A script may show the interpreter that runs it, and programs their whole path. */
  partOf(process: ProcessInfo): ConfiguredPart | undefined {
    if (this.#parts.size === 0) return undefined;
    const text = shellText(process);
    if (text !== undefined) {
      const part = this.#parts.get(bareText(text));
      if (part !== undefined) return part;
    }
    const [program = process.name, ...args] = process.argv;
    const [script, ...rest] = scriptArguments(process.argv) ?? [];
    return this.#find(program, args) ?? (script === undefined ? undefined : this.#find(script, rest));
  }

  #find(program: string, args: readonly string[]): ConfiguredPart | undefined {
    return (
      this.#parts.get(bareText([program, ...args].join(' '))) ??
      this.#parts.get(bareText([baseName(program), ...args].join(' ')))
    );
  }
}
