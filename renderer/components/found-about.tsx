import type { Finding } from '../../collector/contract/finding.ts';
import { severityRank } from '../../collector/contract/severity.ts';
import { useCall } from '../hooks/use-call.ts';
import { FindingRow } from './finding-row.tsx';

const LIMIT = 1_000;

/** Open findings about one thing, worst first; nothing when there are none. */
export function FoundAbout({ isAbout }: { readonly isAbout: (finding: Finding) => boolean }) {
  const { data } = useCall('findings.list', { status: 'open', limit: LIMIT });
  const found = data?.filter(isAbout) ?? [];
  if (found.length === 0) return null;
  return (
    <section>
      <h3>Open findings</h3>
      <ul className="card list">
        {found
          .sort((a, b) => severityRank(b.severity) - severityRank(a.severity))
          .map((finding) => (
            <li key={finding.id}>
              <FindingRow finding={finding} />
            </li>
          ))}
      </ul>
    </section>
  );
}
