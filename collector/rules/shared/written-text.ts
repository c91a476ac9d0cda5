import type { ToolCallEvent } from '../../contract/event.ts';
import type { ShellCommand } from '../../contract/shell.ts';
import { feedersOf } from './commands.ts';

/**
 * The text a call puts into a file, as far as it can be seen: the tool's content, or what `echo`, `printf`, `cat <<EOF`
 * and `sed -i` of the same pipeline carry. Bounded.
 */
export function writtenText(event: ToolCallEvent, command: ShellCommand | undefined): string {
  if (command === undefined) return (event.input.content ?? event.input.text ?? '').slice(0, 65_536);
  const parts = [command.args.join(' '), command.stdinText ?? '', command.code ?? ''];
  if (event.shell !== undefined) {
    for (const feeder of feedersOf(event.shell, command))
      parts.push(feeder.args.join(' '), feeder.stdinText ?? '');
  }
  return parts.join('\n').slice(0, 65_536);
}
