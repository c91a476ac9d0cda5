import { applyEdits, findNodeAtLocation, modify, parseTree, type FormattingOptions } from 'jsonc-parser';
import type { GrantUse, PrivilegeEdit } from '../../contract/privileges.ts';
import { MAX_NARROWER } from './advise.ts';

export interface ListEdit {
  readonly text: string;
  /** Sentences: what was changed. */
  readonly changes: readonly string[];
  /** What stands there now, and what would. */
  readonly edits: readonly PrivilegeEdit[];
}

/** What is said and shown of a change while it is worked out. */
interface Told {
  readonly changes: string[];
  readonly edits: PrivilegeEdit[];
}

/**
 * The file with its allow lists reduced to what was used: unused entries removed, wide ones replaced by narrower ones.
 * Comments and formatting stay. Only JSON and JSONC, and only lists (not maps) are edited.
 * @returns `undefined` when nothing would change or the file is not what discovery read.
 */
export function editLists(text: string, uses: readonly GrantUse[]): ListEdit | undefined {
  let edited = text;
  const told: Told = { changes: [], edits: [] };
  for (const pointer of new Set(uses.map((use) => use.grant.pointer))) {
    const path = pointer.split('/').slice(1).map(unescaped);
    const root = parseTree(edited);
    const list = root === undefined ? undefined : findNodeAtLocation(root, path);
    if (list?.type !== 'array') continue;
    const before = (list.children ?? []).map((node): unknown => node.value);
    const after = smallest(
      before,
      uses.filter((use) => use.grant.pointer === pointer),
      told,
    );
    if (after.length === before.length && after.every((rule, index) => rule === before[index])) continue;
    edited = applyEdits(edited, modify(edited, path, after, { formattingOptions: formattingOf(edited) }));
  }
  return told.changes.length === 0 || edited === text ? undefined : { text: edited, ...told };
}

function smallest(before: readonly unknown[], uses: readonly GrantUse[], told: Told): unknown[] {
  const byRule = new Map(uses.map((use) => [use.grant.rule, use]));
  const kept = new Set<unknown>();
  for (const rule of before) {
    const use = typeof rule === 'string' ? byRule.get(rule) : undefined;
    if (use?.verdict === 'unused') {
      told.changes.push(`Take out ${use.grant.rule}: it was never used.`);
      told.edits.push({ kind: 'rule', before: use.grant.rule, after: [], why: 'It was never used.' });
    } else if (use?.verdict === 'wider' && use.narrower.length <= MAX_NARROWER) {
      told.changes.push(insteadOf(use));
      told.edits.push({
        kind: 'rule',
        before: use.grant.rule,
        after: [...use.narrower],
        why: `${use.narrower.length === 1 ? 'This' : 'These'} would have been enough for everything it was used for.`,
      });
      for (const narrow of use.narrower) kept.add(narrow);
    } else {
      if (use?.verdict === 'wider')
        told.changes.push(
          `${use.grant.rule} was used for ${String(use.narrower.length)} different commands: too many to list. Consider removing it, so that the agent asks.`,
        );
      kept.add(rule);
    }
  }
  return [...kept];
}

function insteadOf({ grant, narrower }: GrantUse): string {
  const first = narrower.slice(0, 3).join(', ');
  const more = narrower.length > 3 ? ` and ${String(narrower.length - 3)} more` : '';
  return `Instead of ${grant.rule}, allow only ${first}${more}.`;
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
