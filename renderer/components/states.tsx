import type { UseQueryResult } from '@tanstack/react-query';
import { CircleAlert, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useLinkState } from '../hooks/reeve.tsx';
import { Button } from './button.tsx';

export function Empty({
  icon: Icon,
  title,
  children,
  action,
}: {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className="empty">
      <Icon size={28} strokeWidth={1.5} aria-hidden />
      <h2>{title}</h2>
      {children !== undefined && <p>{children}</p>}
      {action}
    </div>
  );
}

/** Grey lines where something will stand; told to screen readers as "Loading". */
export function Loading({ lines = 6 }: { readonly lines?: number }) {
  return (
    <div className="loading" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} className="skeleton" data-line={index % 4} />
      ))}
    </div>
  );
}

export function Failure({ error, retry }: { readonly error: Error; readonly retry?: () => void }) {
  return (
    <Empty
      icon={CircleAlert}
      title="This could not be loaded"
      action={retry === undefined ? undefined : <Button onClick={retry}>Try again</Button>}
    >
      {error.message}
    </Empty>
  );
}

/** Loading, failed, or there: the three states of every answer. */
export function Answer<T>({
  query,
  lines,
  children,
}: {
  readonly query: UseQueryResult<T>;
  readonly lines?: number;
  readonly children: (data: NonNullable<T>) => ReactNode;
}) {
  const { data, error } = query;
  const link = useLinkState();
  if (data !== undefined && data !== null) return children(data);
  // Nothing is on its way while nobody answers: the banner above says why.
  if (link.kind !== 'open' && link.kind !== 'connecting')
    return <p className="muted waiting">What belongs here comes with the collector.</p>;
  if (error !== null) return <Failure error={error} retry={() => void query.refetch()} />;
  return <Loading {...(lines !== undefined && { lines })} />;
}
