import type { Severity } from '../../collector/contract/finding.ts';
import { SEVERITY_WORDS } from '../words/names.ts';

/** One shape for each severity, so that it can be told without colour: dot, ring, diamond, triangle, octagon. */
const SHAPES: Readonly<Record<Severity, React.ReactNode>> = {
  informational: <circle cx="6" cy="6" r="2.2" fill="currentColor" />,
  low: <circle cx="6" cy="6" r="3.7" fill="none" stroke="currentColor" strokeWidth="1.8" />,
  medium: <path d="M6 1 11 6 6 11 1 6Z" fill="currentColor" />,
  high: <path d="M6 1.200 11.500 10.800H.5Z" fill="currentColor" strokeLinejoin="round" />,
  critical: (
    <path d="M3.700.5h4.600L11.500 3.700v4.600L8.300 11.500H3.700L.5 8.300V3.700Z" fill="currentColor" />
  ),
};

export function SeverityShape({
  severity,
  size = 12,
}: {
  readonly severity: Severity;
  readonly size?: number;
}) {
  return (
    <svg width={size} height={size} viewBox="0 0 12 12" aria-hidden className="severity-shape">
      {SHAPES[severity]}
    </svg>
  );
}

/** Shape and word. */
export function SeverityMark({ severity }: { readonly severity: Severity }) {
  return (
    <span className="severity" data-severity={severity}>
      <SeverityShape severity={severity} />
      {SEVERITY_WORDS[severity]}
    </span>
  );
}
