import { type ReactNode, useEffect } from 'react';

/** The frame of a page: its heading, a sentence, and what can be done with all of it. */
export function Page({
  title,
  lead,
  actions,
  wide,
  children,
}: {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  /** `always`: as much room as there is. `lists`: in a wide window, where more than words to read stands here. */
  readonly wide?: 'always' | 'lists';
  readonly children: ReactNode;
}) {
  useTitle(title);
  return (
    <main className="page" id="page" tabIndex={-1} data-wide={wide}>
      <div className="page-head">
        <div>
          <h1>{title}</h1>
          {lead !== undefined && <p className="lead">{lead}</p>}
        </div>
        {actions !== undefined && <div className="line">{actions}</div>}
      </div>
      {children}
    </main>
  );
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Reeve`;
  }, [title]);
}

export function Section({
  title,
  aside,
  children,
}: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className="section">
      <div className="section-head">
        <h2>{title}</h2>
        {aside !== undefined && <div className="aside">{aside}</div>}
      </div>
      {children}
    </section>
  );
}

/** Names and values, one below the other on a narrow screen. Entries without a value are left out. */
export function Facts({ items }: { readonly items: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="facts">
      {items
        .filter(([, value]) => value !== undefined && value !== null && value !== '')
        .map(([name, value]) => (
          <div key={name} className="facts-pair">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
