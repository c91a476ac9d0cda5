import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Method, Params, Result } from '../../collector/contract/ipc.ts';
import { useApi } from './reeve.tsx';

/**
 * The answer of a method, kept true by notifications (see `live.ts`). While other parameters load, the answer before
 * stays on the screen.
 * @param options `enabled: false` asks nothing
 */
export function useCall<M extends Method>(
  method: M,
  params: Params<M>,
  options: { readonly enabled?: boolean; readonly keep?: boolean } = {},
) {
  const api = useApi();
  return useQuery<Result<M>>({
    queryKey: [method, params],
    queryFn: () => api.call(method, params),
    enabled: options.enabled ?? true,
    ...(options.keep === true && { placeholderData: keepPreviousData }),
  });
}

/** A method that changes something; what it made old is asked for again when it is done. */
export function useChange<M extends Method>(method: M, stale: readonly Method[] = []) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation<Result<M>, Error, Params<M>>({
    mutationFn: (params) => api.call(method, params),
    onSettled: () =>
      Promise.all(stale.map((other) => queries.invalidateQueries({ queryKey: [other] }))).then(
        () => undefined,
      ),
  });
}

/** What is old once somebody decided about a finding. */
export const FINDING_METHODS = [
  'findings.list',
  'findings.bySession',
  'findings.explain',
  'overview.get',
  'audit.list',
  'suppressions.list',
  'tunings.list',
] as const;
