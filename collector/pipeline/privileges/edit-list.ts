import { applyEdits, findNodeAtLocation, modify, parseTree, type FormattingOptions } from 'jsonc-parser';
import type { GrantUse } from '../../contract/privileges.ts';
import { MAX_NARROWER } from './advise.ts';

export interface ListEdit {
  readonly text: string;
  /** Sentences: what was changed. */
  readonly changes: readonly string[];
}

/**
 * The file with its allow lists reduced to what was used: unused entries removed, wide ones replaced by narrower ones.
 * Comments and formatting stay. Only JSON and JSONC, and only lists (not maps) are edited.
 * @returns `undefined` when nothing would change or the file is not what discovery read.
 */
export function editLists(text: string, uses: readonly GrantUse[]): ListEdit | undefined {
  let edited = text;
  const changes: string[] = [];
  for (const pointer of new Set(uses.map((use) => use.grant.pointer))) {
    const path = pointer.split('/').slice(1).map(unescaped);
    const root = parseTree(edited);
    const list = root === undefined ? undefined : findNodeAtLocation(root, path);
    if (list?.type !== 'array') continue;
    const before = (list.children ?? []).map((node): unknown => node.value);
    const after = smallest(
      before,
      uses.filter((use) => use.grant.pointer === pointer),
      changes,
    );
    if (after.length === before.length && after.every((rule, index) => rule === before[index])) continue;
    edited = applyEdits(edited, modify(edited, path, after, { formattingOptions: formattingOf(edited) }));
  }
  return changes.length === 0 || edited === text ? undefined : { text: edited, changes };
}

function smallest(before: readonly unknown[], uses: readonly GrantUse[], changes: string[]): unknown[] {
  const byRule = new Map(uses.map((use) => [use.grant.rule, use]));
  const kept = new Set<unknown>();
  for (const rule of before) {
    const use = typeof rule === 'string' ? byRule.get(rule) : undefined;
    if (use?.verdict === 'unused') changes.push(`Remove ${use.grant.rule}: not used.`);
    else if (use?.verdict === 'wider' && use.narrower.length <= MAX_NARROWER) {
      changes.push(
        `Replace ${use.grant.rule} by ${String(use.narrower.length)} narrower: ${use.narrower.slice(0, 3).join(', ')}${use.narrower.length > 3 ? ' …' : ''}.`,
      );
      for (const narrow of use.narrower) kept.add(narrow);
    } else {
      if (use?.verdict === 'wider')
        changes.push(
          `${use.grant.rule} was used for ${String(use.narrower.length)} different commands: too many to list. Consider removing it, so that the agent asks.`,
        );
      kept.add(rule);
    }
  }
  return [...kept];
}

function unescaped(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

function formattingOf(text: string): FormattingOptions {
  const indent = /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';
  return {
    insertSpaces: !indent.startsWith('\t'),
    tabSize: indent.startsWith('\t') ? 1 : indent.length,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
}
