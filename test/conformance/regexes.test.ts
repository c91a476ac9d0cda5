import { readdirSync, readFileSync } from 'node:fs';
import { analyse } from 'scslre';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

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
});
