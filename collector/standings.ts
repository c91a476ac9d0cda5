import { approvablesOf } from './approving.ts';
import type { ApprovalItem } from './contract/approval.ts';
import type { Standing } from './contract/inventory-fact.ts';

type Known = Pick<
  ApprovalItem,
  'id' | 'kind' | 'state' | 'decision' | 'sha256' | 'decidedSha256' | 'before' | 'detail' | 'decidedDetail'
>;

/**
 * What was decided about each thing of an inventory, judged by what the thing is now and not by what it was when the
 * decisions were last looked up.
 * @param known all decisions and undecided things of the store; empty when nothing was ever looked at
 */
export function standingsOf(
  inventory: Parameters<typeof approvablesOf>[0],
  known: readonly Known[],
): ReadonlyMap<string, Standing> {
  const byId = new Map(known.map((item) => [item.id, item]));
  // Without a first look nothing can be said to have come later.
  if (byId.size === 0) return new Map();
  const decides = new Set(known.filter(({ state }) => state !== 'new').map(({ kind }) => kind));
  return new Map(
    approvablesOf(inventory).map(({ id, kind, sha256, detail }): [string, Standing] => {
      const item = byId.get(id);
      const base = { decides: decides.has(kind), before: item?.before ?? false, is: detail };
      if (item?.decision === undefined) return [id, { ...base, state: 'new' }];
      if ((item.decidedSha256 ?? item.sha256) === sha256)
        return [id, { ...base, state: item.decision === 'approve' ? 'approved' : 'denied' }];
      const was = item.decidedDetail ?? (item.state === 'changed' ? undefined : item.detail);
      return [id, { ...base, state: 'changed', ...(was !== undefined && { was }) }];
    }),
  );
}
