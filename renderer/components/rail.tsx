import { useLocation } from '@tanstack/react-router';
import { Ellipsis } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useCall } from '../hooks/use-call.ts';
import { isAt, type Place, PLACES } from '../places.ts';
import type { Severity } from '../../collector/contract/finding.ts';
import { SEVERITIES } from '../../collector/contract/severity.ts';
import { count, plural } from '../words/number.ts';

const MoreSheet = lazy(() => import('./more-places.tsx').then((module) => ({ default: module.MoreSheet })));

/** The way to every page, with what waits there. */
export function Rail() {
  const path = useLocation({ select: (location) => location.pathname });
  const { data } = useCall('overview.get', {});
  const open = data?.findings.open;
  const worst = open === undefined ? undefined : SEVERITIES.findLast((severity) => open[severity] > 0);
  const total = open === undefined ? 0 : SEVERITIES.reduce((sum, severity) => sum + open[severity], 0);
  const counts: Readonly<Record<string, Waiting | undefined>> = {
    findings: total === 0 ? undefined : { n: total, what: plural(total, 'open finding'), severity: worst },
    approvals: waiting(data?.approvals.waiting ?? 0, 'approval waiting', 'approvals waiting'),
    sessions: waiting(data?.sessions.runningTotal ?? 0, 'session running', 'sessions running'),
  };
  return (
    <nav className="rail" aria-label="Pages">
      <a className="brand" href="#/">
        <Logo />
        <span className="brand-name">Reeve</span>
      </a>
      {([1, 2, 3] as const).map((group) => (
        <div key={group} className="rail-group">
          {PLACES.filter((place) => place.group === group).map((place) => (
            <PlaceLink key={place.id} place={place} here={isAt(place, path)} waiting={counts[place.id]} />
          ))}
          {group === 1 && <MorePlaces path={path} />}
        </div>
      ))}
    </nav>
  );
}

interface Waiting {
  readonly n: number;
  readonly what: string;
  readonly severity?: Severity | undefined;
}

function waiting(n: number, one: string, many: string): Waiting | undefined {
  return n === 0 ? undefined : { n, what: plural(n, one, many) };
}

/** The rest of the places, on a phone: a sheet that is only loaded when it is asked for. */
function MorePlaces({ path }: { readonly path: string }) {
  const [open, setOpen] = useState(false);
  const here = PLACES.find((place) => place.group !== 1 && isAt(place, path));
  return (
    <>
      <button
        type="button"
        className="place more-places"
        aria-haspopup="dialog"
        aria-expanded={open}
        data-here={here === undefined ? undefined : ''}
        onClick={() => {
          setOpen(true);
        }}
      >
        <Ellipsis size={16} aria-hidden />
        <span className="place-name">More</span>
        {here !== undefined && <span className="unseen">, you are in {here.title}</span>}
      </button>
      {open && (
        <Suspense>
          <MoreSheet
            path={path}
            onClose={() => {
              setOpen(false);
            }}
          />
        </Suspense>
      )}
    </>
  );
}

function PlaceLink({
  place,
  here,
  waiting: badge,
}: {
  readonly place: Place;
  readonly here: boolean;
  readonly waiting: Waiting | undefined;
}) {
  const Icon = place.icon;
  return (
    <a className="place" href={`#${place.path}`} aria-current={here ? 'page' : undefined} title={place.title}>
      <Icon size={16} aria-hidden />
      <span className="place-name">{place.title}</span>
      {badge !== undefined && (
        <span className="count" data-severity={badge.severity} title={badge.what}>
          <span aria-hidden>{badge.n > 99 ? '99+' : count(badge.n)}</span>
          <span className="unseen">{badge.what}</span>
        </span>
      )}
    </a>
  );
}

export function Logo({ size = 20 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
      <rect width="32" height="32" rx="8" fill="var(--accent-fill)" />
      <path
        d="M10.500 23V9h6.700a4.600 4.600 0 0 1 1.300 9L22.500 23M10.500 18.200h6"
        fill="none"
        stroke="var(--on-accent)"
        strokeWidth="3"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
