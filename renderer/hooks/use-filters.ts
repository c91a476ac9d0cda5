import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

export type Filters = Readonly<Record<string, string>>;

/** What stands behind the `?` of the address: the filters of the page. An empty value takes one away. */
export function useFilters(): readonly [
  Filters,
  (change: Readonly<Record<string, string | undefined>>) => void,
] {
  const filters: Filters = useSearch({ strict: false });
  const navigate = useNavigate();
  const change = useCallback(
    (next: Readonly<Record<string, string | undefined>>) => {
      void navigate({
        to: '.',
        search: (before: Readonly<Record<string, string | undefined>>) =>
          withoutEmpty({ ...before, ...next }),
        replace: true,
      });
    },
    [navigate],
  );
  return [filters, change];
}

function withoutEmpty(record: Readonly<Record<string, string | undefined>>): Filters {
  const result: Record<string, string> = {};
  for (const [key, value] of Object.entries(record))
    if (value !== undefined && value !== '') result[key] = value;
  return result;
}
