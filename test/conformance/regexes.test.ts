import { readdirSync, readFileSync } from 'node:fs';
import { analyse } from 'scslre';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { type Pump, pumpsOf } from '../support/regex-pumps.ts';

/** Code that reads what hostile people may have written. */
const FOLDERS = ['rules', 'pipeline', 'agents', 'contract'];
const ROOT = new URL('../../collector/', import.meta.url);

interface Literal {
  readonly where: string;
  readonly source: string;
  readonly flags: string;
}

function literalsOf(file: string): Literal[] {
  const text = readFileSync(new URL(file, ROOT), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Literal[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push({
        where: `${file}:${line + 1}`,
        source: node.text.slice(1, end),
        flags: node.text.slice(end + 1),
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const files = FOLDERS.flatMap((folder) =>
  readdirSync(new URL(`${folder}/`, ROOT), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`),
);

const SHORT = 4_096;
const LONG = 4 * SHORT;
/** On this many characters what is quadratic takes more than a tenth of a second on any machine. */
const SLOW_MS = 40;
/** Four times the text: four times the time, or sixteen times. */
const LINEAR = 8;

/** Processor time of one try, milliseconds; the shortest of a few where it matters. */
function timeOf(regex: RegExp, text: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let n = 0; n < 3 && best > 1; n++) {
    const before = process.cpuUsage();
    regex.lastIndex = 0;
    regex.test(text);
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1_000);
  }
  return best;
}

function textOf({ start, part }: Pump, times: number): string {
  return `${start}${part.repeat(Math.ceil(times))}\u0001`;
}

/** What makes the regex take more than linear time, if anything found does. Few rounds first: some would never end. */
function blowsUpOn(source: string, flags: string): Pump | undefined {
  const regex = new RegExp(source, flags.replace('g', ''));
  const pumps = pumpsOf(source, flags);
  for (const times of [8, 16, 20, 24, 28, 32, 40, 64, 96, 128, 256, 512])
    for (const pump of pumps) if (timeOf(regex, textOf(pump, times)) > SLOW_MS) return pump;
  for (const length of [1_024, 2_048])
    for (const pump of pumps)
      if (timeOf(regex, textOf(pump, length / pump.part.length)) > 2 * SLOW_MS) return pump;
  return pumps.find((pump) => {
    const shortMs = timeOf(regex, textOf(pump, SHORT / pump.part.length));
    if (shortMs > 2 * SLOW_MS) return true;
    // Were it quadratic or cubic, the long text would take 16 or 64 times as long, and still not be slow.
    if (shortMs < SLOW_MS / 64) return false;
    const longMs = timeOf(regex, textOf(pump, LONG / pump.part.length));
    return longMs > SLOW_MS && longMs > LINEAR * shortMs;
  });
}

describe('regular expressions', () => {
  it('are all found', () => {
    expect(files.flatMap(literalsOf).length).toBeGreaterThan(1_000);
  });

  it.each(FOLDERS)('in %s never take exponential time', (folder) => {
    const bad: string[] = [];
    for (const { where, source, flags } of files
      .filter((file) => file.startsWith(`${folder}/`))
      .flatMap(literalsOf)) {
      // Without a repeated choice or repetition there is nothing to blow up, and analysing is slow.
      if (!/[*+}]\)?[^)]{0,400}[*+}]/.test(source)) continue;
      const { reports } = analyse(
        { source, flags },
        { reportTypes: { Move: false }, assumeRejectingSuffix: false, maxReports: 20 },
      );
      if (reports.some(({ exponential }) => exponential)) bad.push(`${where} ${source}`);
    }
    expect(bad).toEqual([]);
  });

  it('take linear time on the texts that are worst for them', { timeout: 120_000 }, () => {
    const bad = files.flatMap(literalsOf).flatMap(({ where, source, flags }) => {
      if (!/[*+}]/.test(source)) return [];
      const pump = blowsUpOn(source, flags);
      return pump === undefined ? [] : [`${where} on ${JSON.stringify(pump)}: ${source}`];
    });
    expect(bad).toEqual([]);
  });

  it.each([
    ['(a+)+$', 'exponential'],
    ['(?:--?[\\w-]+\\s+)*x', 'exponential, by two ways to read a sign'],
    ['=+$', 'quadratic, begun anew at each sign'],
    ['foo.*bar', 'quadratic, begun anew at each word'],
    ['^\\s*(.*?)\\s*;$', 'cubic'],
  ])('are found out: %s is %s', (source) => {
    expect(blowsUpOn(source, '')).toBeDefined();
  });
});
