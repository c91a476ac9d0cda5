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
    // `jq … > /tmp/x && mv /tmp/x settings.json`: what was put into the file that is moved.
    if (/^(?:mv|cp|install)$/.test(command.program)) {
      const moved = command.args.filter((word) => !word.startsWith('-')).slice(0, -1);
      for (const other of event.shell.commands)
        if (
          other.redirects.some(
            ({ operator, target }) => operator.includes('>') && moved.includes(target ?? ''),
          )
        )
          parts.push(other.args.join(' '), other.stdinText ?? '');
    }
    for (const feeder of feedersOf(event.shell, command))
      parts.push(feeder.args.join(' '), feeder.stdinText ?? '');
  }
  return parts.join('\n').slice(0, 65_536);
}
