import type { Result } from './contract/ipc.ts';
import { blastRadius, buildGraph, GRAPH_LIMITS, surveySession } from './pipeline/graph/index.ts';
import { gatherGraphFrom, type GraphPlace, type GraphReader } from './session-graph.ts';
import type { Store } from './store/store.ts';

/**
 * For a person in front of a window: parsing a command line again takes some tenths of a millisecond, and nobody reads
 * thousands of things. What is left out is counted.
 */
const LIMITS = { ...GRAPH_LIMITS, commands: 300, touched: 1_000 };

/** What `graph.get` answers. */
export async function readGraph(
  store: Pick<Store, 'read' | 'sessionCalls' | 'timeline'>,
  reader: GraphReader,
  place: GraphPlace,
  sessionId: string,
): Promise<Result<'graph.get'>> {
  const input = await gatherGraphFrom(store, reader, place, sessionId);
  if (input === undefined) return null;
  const survey = surveySession(input, LIMITS);
  return { graph: buildGraph(input, LIMITS, survey), blast: blastRadius(input, LIMITS, survey) };
}
