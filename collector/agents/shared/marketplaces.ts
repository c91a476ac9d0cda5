import type { RawMarketplace } from '../spec-discovery.ts';
import { entriesAt, pointer, textAt } from './document.ts';

/**
 * Marketplaces of plug-ins, by name: `{ "tools": { "source": { "source": "github", "repo": "acme/tools" } } }` (Claude Code
 * 2.1 `known_marketplaces.json` and `extraKnownMarketplaces`; Copilot CLI the same; 2026-11).
 */
export function marketplacesAt(document: unknown, ...path: readonly string[]): readonly RawMarketplace[] {
  return entriesAt(document, ...path).flatMap(([name, entry]) => {
    const repo = textAt(entry, 'source', 'repo');
    const source =
      repo === undefined
        ? (textAt(entry, 'source', 'url') ??
          textAt(entry, 'source', 'path') ??
          textAt(entry, 'source', 'package'))
        : `github.com/${repo}`;
    return source === undefined ? [] : [{ name, source, pointer: pointer(...path, name) }];
  });
}
