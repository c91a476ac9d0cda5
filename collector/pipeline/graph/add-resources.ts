import type { TouchGroup } from '../../contract/graph.ts';
import { strengthOf } from './blast.ts';
import type { GraphBuilder } from './builder.ts';
import type { GraphLimits } from './input.ts';
import type { Survey, ToolSeen, Touch } from './survey.ts';
import { byText } from './tally.ts';

const MORE: Readonly<Record<TouchGroup, string>> = {
  'files-inside': 'files inside the workspace',
  'files-outside': 'files outside the workspace',
  hosts: 'hosts',
  repositories: 'repositories',
  databases: 'databases',
  cloud: 'cloud resources',
  packages: 'packages',
  credentials: 'printed credentials',
  principals: 'accounts',
  processes: 'processes',
};

/** Resources of each group: flagged ones first, then the strongest access; the rest in one node that keeps their edges. */
export function addResources(
  graph: GraphBuilder,
  survey: Survey,
  limits: GraphLimits,
  omitted: Record<string, number>,
  toolNode: (tool: ToolSeen) => string,
): void {
  const groups = new Map<TouchGroup, Touch[]>();
  for (const touch of survey.touches) {
    const list = groups.get(touch.group);
    if (list === undefined) groups.set(touch.group, [touch]);
    else list.push(touch);
  }
  for (const [group, touches] of groups) {
    const ranked = touches
      .map((touch) => ({ touch, rank: rankOf(touch) }))
      .sort(
        (a, b) =>
          b.rank - a.rank ||
          b.touch.tally.count - a.touch.tally.count ||
          byText(a.touch.value, b.touch.value),
      );
    const rest = ranked.length - limits.resourcesPerGroup;
    const more =
      rest <= 0
        ? undefined
        : graph.node('resource', `more:${group}`, `… and ${rest} more ${MORE[group]}`, { group, more: rest });
    if (rest > 0) omitted[group] = rest;
    for (const [index, { touch }] of ranked.entries()) {
      const node =
        index >= limits.resourcesPerGroup && more !== undefined
          ? more
          : graph.node('resource', `${touch.kind}:${touch.value}`, touch.value, {
              resource: touch.kind,
              group,
              findings:
                touch.findings.size === 0
                  ? undefined
                  : [...touch.findings].sort(byText).slice(0, 5).join(' '),
            });
      for (const [tool, byAccess] of touch.by) {
        for (const [access, tally] of byAccess)
          graph.edge(toolNode(tool), node, 'accessed', { access, tally });
      }
    }
  }
}

function rankOf(touch: Touch): number {
  const accesses = [...touch.by.values()].flatMap((byAccess) => [...byAccess.keys()]);
  return (touch.findings.size > 0 ? 10 : 0) + strengthOf(accesses);
}
