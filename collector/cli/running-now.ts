import type { McpServer } from '../contract/agent.ts';
import type { RunningServer } from '../contract/running-server.ts';
import { runningServers } from '../pipeline/running-servers.ts';
import type { Reader } from './context.ts';

/** The processes that are these servers, by id of the server. @returns `undefined` when no collector runs to see them */
export async function runningNow(
  reader: Pick<Reader, 'client'>,
  servers: readonly McpServer[],
): Promise<ReadonlyMap<string, readonly RunningServer[]> | undefined> {
  if (reader.client === undefined) return undefined;
  const { processes } = await reader.client.call('processes.list', {});
  return runningServers(servers, processes);
}
