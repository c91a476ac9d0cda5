import type { ResourceAccess } from '../../contract/event.ts';
import type { TouchGroup } from '../../contract/graph.ts';
import { strengthOfTouch } from './blast.ts';
import type { GraphBuilder } from './builder.ts';
import { firstOf } from './first.ts';
import type { GraphLimits } from './input.ts';
import type { Survey, ToolSeen, Touch } from './survey.ts';
import { byText, mapIn, mergeTally, type Tally, tallyIn } from './tally.ts';

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
    const { first, rest } = firstOf(
      touches.map((touch) => ({ touch, rank: rankOf(touch) })),
      limits.resourcesPerGroup,
      (a, b) =>
        b.rank - a.rank || b.touch.tally.count - a.touch.tally.count || byText(a.touch.value, b.touch.value),
    );
    for (const { touch } of first) {
      const node = graph.node('resource', `${touch.kind}:${touch.value}`, touch.value, {
        resource: touch.kind,
        group,
        findings:
          touch.findings.size === 0 ? undefined : [...touch.findings].sort(byText).slice(0, 5).join(' '),
      });
      addEdges(graph, node, touch.by, toolNode);
    }
    if (rest.length === 0) continue;
    omitted[group] = rest.length;
    const label = `… and ${rest.length} more ${MORE[group]}`;
    const more = graph.node('resource', `more:${group}`, label, { group, more: rest.length });
    addEdges(graph, more, together(rest, limits), toolNode);
  }
}

function addEdges(
  graph: GraphBuilder,
  node: string,
  by: ReadonlyMap<ToolSeen, ReadonlyMap<ResourceAccess, Tally>>,
  toolNode: (tool: ToolSeen) => string,
): void {
  for (const [tool, byAccess] of by)
    for (const [access, tally] of byAccess) graph.edge(toolNode(tool), node, 'accessed', { access, tally });
}

/** Which tool did what with any of them. */
function together(
  touches: readonly { readonly touch: Touch }[],
  limits: GraphLimits,
): ReadonlyMap<ToolSeen, ReadonlyMap<ResourceAccess, Tally>> {
  const sums = new Map<ToolSeen, Map<ResourceAccess, Tally>>();
  for (const { touch } of touches)
    for (const [tool, byAccess] of touch.by)
      for (const [access, tally] of byAccess)
        mergeTally(tallyIn(mapIn(sums, tool), access), tally, limits.eventIds);
  return sums;
}

function rankOf(touch: Touch): number {
  return (touch.findings.size > 0 ? 10 : 0) + strengthOfTouch(touch);
}
