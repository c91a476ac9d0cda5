import type { EnrichedEvent, ToolCallEvent } from '../../contract/event.ts';
import type { ShellCommand } from '../../contract/shell.ts';
import type { Match, SessionContext } from '../rule.ts';
import { describeCommand } from './commands.ts';

/** What a rule says of one command; the excerpt is the command unless given. */
export type Said = Match;

const NONE: readonly Match[] = [];
/** More findings of one rule in one call tell nobody more. */
const ENOUGH = 8;

/**
 * The `match` of a rule that looks at one command after the other. Commands on other machines and in containers are
 * left out, unless the rule asks for them.
 */
export function onCommands(
  judge: (command: ShellCommand, event: ToolCallEvent, context: SessionContext) => Said | undefined,
  where: 'here' | 'anywhere' = 'here',
): (event: EnrichedEvent, context: SessionContext) => readonly Match[] {
  return (event, context) => {
    if (event.kind !== 'tool.call' || event.shell === undefined) return NONE;
    let found: Match[] | undefined;
    for (const command of event.shell.commands) {
      if (command.elsewhere && where === 'here') continue;
      const said = judge(command, event, context);
      if (said === undefined) continue;
      (found ??= []).push(said.excerpt === undefined ? { ...said, excerpt: describeCommand(command) } : said);
      if (found.length >= ENOUGH) break;
    }
    return found ?? NONE;
  };
}
