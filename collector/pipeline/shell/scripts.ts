import { forEachChild } from 'unbash';
import type { ParsedScript, SyntaxNode } from 'unbash';

/** Finds substitutions below a node that is not expanded itself, so that what they run is still seen. */
export function collectScripts(node: SyntaxNode, into: ParsedScript[], depth: number): void {
  if (depth > 16 || into.length > 64) return;
  forEachChild(node, (child) => {
    if (child.type === 'Script') into.push(child);
    else collectScripts(child, into, depth + 1);
  });
}
