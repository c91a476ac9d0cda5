import type { Finding } from '../contract/finding.ts';
import { CommandError, type Reader } from './context.ts';

/** Lists show the first characters of an id; typing them is enough when only one finding begins so. */
export async function findFinding(reader: Pick<Reader, 'call'>, id: string): Promise<Finding | undefined> {
  const exact = await reader.call('findings.get', { id });
  if (exact !== null) return exact;
  const all = await reader.call('findings.list', { limit: 10_000 });
  const [only, another] = all.filter((finding) => finding.id.startsWith(id));
  if (another !== undefined)
    throw new CommandError(`Several findings begin with ${id}. Type more of the id.`);
  return only;
}
