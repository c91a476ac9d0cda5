import type { Finding } from '../../collector/contract/finding.ts';
import { useHome } from '../hooks/machine.tsx';
import { links } from '../links.ts';
import { SEVERITY_WORDS } from '../words/names.ts';
import { factOf } from '../words/subject.ts';
import { AgentMark } from './agent-mark.tsx';
import { SeverityShape } from './severity.tsx';
import { When } from './when.tsx';

/** One finding in a list of few: what, the fact behind it, whose, when. */
export function FindingRow({ finding }: { readonly finding: Finding }) {
  const home = useHome();
  return (
    <a className="list-row" href={links.finding(finding.id)}>
      <span className="severity" data-severity={finding.severity} title={SEVERITY_WORDS[finding.severity]}>
        <SeverityShape severity={finding.severity} size={14} />
        <span className="unseen">{SEVERITY_WORDS[finding.severity]}</span>
      </span>
      <span className="grow two-lines">
        <span className="strong">{finding.title}</span>
        <span className="row-fact">{factOf(finding, home)}</span>
      </span>
      {finding.subject.agentId !== undefined && <AgentMark id={finding.subject.agentId} />}
      <span className="muted small row-when">
        <When timeMs={finding.lastSeenMs} />
      </span>
    </a>
  );
}
