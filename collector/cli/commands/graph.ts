import { type Command } from 'commander';
import pc from 'picocolors';
import type { BlastRadius, Graph } from '../../contract/graph.ts';
import { blastRadius, buildGraph, outlineOf, toDot } from '../../pipeline/graph/index.ts';
import { gatherGraph, graphPlaceOf } from '../../session-graph.ts';
import { type CliContext, CommandError, print, printJson, withReader } from '../context.ts';
import { terminalWidth } from '../table.ts';
import { clockTime, cut, plain, plural, tilde } from '../words.ts';
import { resolveSession } from './lists.ts';

interface GraphOptions {
  readonly json?: true;
  readonly dot?: true;
  readonly blast?: true;
}

/** `reeve graph SESSION`: who ran it, through what, and what it touched. */
export function addGraphCommand(program: Command, context: () => CliContext): void {
  program
    .command('graph')
    .argument('<session>', 'session id, or its beginning')
    .description('who ran a session, through what, and what it touched')
    .option('--json', 'print JSON')
    .option('--dot', 'print the graph in the DOT language of Graphviz')
    .option('--blast', 'only what was touched, in order, and what could have been reached')
    .action(async (prefix: string, options: GraphOptions) => {
      await withReader(context(), async (reader) => {
        const id = await resolveSession(reader, prefix);
        const input = await gatherGraph(reader, graphPlaceOf(context().platform), id);
        if (input === undefined)
          throw new CommandError(`Session ${id} has no events. \`reeve sessions\` lists others.`);
        if (options.blast === true) {
          const blast = blastRadius(input);
          if (options.json === true) printJson(blast);
          else print(blastText(blast, terminalWidth()));
          return;
        }
        const graph = buildGraph(input);
        if (options.json === true) printJson(graph);
        else if (options.dot === true) process.stdout.write(toDot(graph));
        else print(graphText(graph, terminalWidth()));
      });
    });
}

/** The chain as an indented list, each line within `width` columns and safe for a terminal. */
export function graphText(graph: Graph, width: number): string {
  const rows = outlineOf(graph);
  const facts = rows.filter(({ could }) => !could);
  const possible = rows.filter(({ could }) => could);
  const lines = facts.map((row) => {
    const indent = '  '.repeat(Math.min(row.depth, 12));
    const mark = row.flagged ? '! ' : '';
    return line(
      `${indent}${mark}${row.what === '' ? '' : `${row.what} `}`,
      row.label,
      row.note,
      width,
      row.flagged,
    );
  });
  if (possible.length > 0) {
    lines.push(
      '',
      pc.dim(cut('Could also have reached (known from configuration; nothing says it did):', width)),
    );
    for (const { label, note } of possible.slice(0, MAX_POSSIBLE))
      lines.push(line('  ', label, note, width, false));
    if (possible.length > MAX_POSSIBLE) lines.push(`  … and ${possible.length - MAX_POSSIBLE} more`);
  }
  lines.push(...omittedLines(graph.omitted, width));
  return lines.join('\n');
}

const MAX_POSSIBLE = 15;

/** The label gets what it needs up to two thirds, the note what is left; of a path the end tells more than the start. */
function line(head: string, label: string, note: string, width: number, flagged: boolean): string {
  const room = Math.max(8, width - head.length);
  const whole = plain(tilde(label));
  const wholeNote = plain(tilde(note));
  const noteRoom =
    wholeNote === ''
      ? 0
      : Math.min(wholeNote.length + 2, Math.max(Math.floor(room / 3), room - whole.length));
  const shown = /^[~/]|^[A-Z]:/.test(whole) ? cutStart(whole, room - noteRoom) : cut(whole, room - noteRoom);
  const text = flagged ? pc.red(`${head}${shown}`) : `${head}${shown}`;
  return noteRoom <= 3 ? text : `${text}  ${pc.dim(cut(wholeNote, noteRoom - 2))}`;
}

function cutStart(text: string, width: number): string {
  return text.length <= width ? text : `…${text.slice(text.length - Math.max(0, width - 1))}`;
}

function omittedLines(omitted: Readonly<Record<string, number>>, width: number): string[] {
  const parts = Object.entries(omitted).map(([what, n]) => `${n.toLocaleString('en-US')} ${what}`);
  return parts.length === 0
    ? []
    : ['', pc.dim(cut(plain(`Not shown one by one: ${parts.join(', ')}`), width))];
}

/** Everything touched in order, then what could have been reached. */
export function blastText(blast: BlastRadius, width: number): string {
  const counts = Object.entries(blast.groups).map(([group, n]) => `${n} ${group.replace('-', ' ')}`);
  const lines = [
    cut(plain(counts.length === 0 ? 'Nothing was touched.' : `Touched: ${counts.join(', ')}`), width),
    ...(blast.deniedCalls === 0
      ? []
      : [`${plural(blast.deniedCalls, 'call was', 'calls were')} refused and touched nothing.`]),
    '',
    ...blast.touched.map((touched) => {
      const how = touched.access.length === 0 ? 'acted as' : touched.access.join(',');
      const head = `${clockTime(touched.firstMs)} ${touched.findings.length > 0 ? '!' : ' '} ${how} `;
      const note = `${touched.count > 1 ? `×${touched.count}` : ''}${touched.findings.length > 0 ? ` ${touched.findings.join(' ')}` : ''}`;
      return line(head, touched.value, note.trim(), width, touched.findings.length > 0);
    }),
  ];
  if (blast.couldReach.length > 0) {
    lines.push('', pc.dim(cut('Could have reached (known from configuration; nothing says it did):', width)));
    for (const item of blast.couldReach) {
      const production = item.production === true ? ', production by its name' : '';
      lines.push(line('  ', item.could, `${item.from}: ${item.why}${production}`, width, false));
    }
  }
  lines.push(...omittedLines(blast.omitted, width));
  return lines.join('\n');
}
