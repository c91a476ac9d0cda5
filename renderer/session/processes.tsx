import { Cpu } from 'lucide-react';
import { ActionButtons } from '../components/action-buttons.tsx';
import { Answer, Empty } from '../components/states.tsx';
import { When } from '../components/when.tsx';
import { useCall } from '../hooks/use-call.ts';
import { bytes } from '../words/number.ts';
import { processTree } from '../words/process-tree.ts';
import { duration } from '../words/time.ts';

/** What runs for a session now, as a tree. */
export function Processes({ sessionId }: { readonly sessionId: string }) {
  const query = useCall('processes.list', {});
  return (
    <Answer query={query}>
      {({ processes }) => {
        const rows = processTree(processes.filter((process) => process.sessionId === sessionId));
        if (rows.length === 0)
          return (
            <Empty icon={Cpu} title="Nothing of this session runs now">
              While it runs, its processes stand here as a tree, each with pause and kill.
            </Empty>
          );
        return (
          <ul className="card list process-tree">
            {rows.map(({ process, depth }) => (
              <li key={`${process.pid}@${process.startTimeMs}`} className="list-row">
                <span className="grow cut" style={{ paddingLeft: Math.min(depth, 12) * 18 }}>
                  <span className="strong">{process.name}</span>{' '}
                  <code className="muted" title={process.command}>
                    {process.command}
                  </code>
                  {process.stopped === true && (
                    <span className="badge" data-severity="low">
                      paused
                    </span>
                  )}
                </span>
                <span className="muted small num nowrap wide-only">
                  {process.cpuMs === undefined ? '' : `${duration(process.cpuMs)} of work`}
                </span>
                <span className="muted small num nowrap wide-only">
                  {process.residentBytes === undefined ? '' : bytes(process.residentBytes)}
                </span>
                <span className="muted small wide-only">
                  <When timeMs={process.startTimeMs} />
                </span>
                <span className="muted small num">{process.pid}</span>
                <ActionButtons
                  target={{
                    kind: 'process',
                    pid: process.pid,
                    startTimeMs: process.startTimeMs,
                    ...(process.bootId !== undefined && { bootId: process.bootId }),
                    ...(process.startTicks !== undefined && { startTicks: process.startTicks }),
                  }}
                  name={`${process.name} (${process.pid})`}
                  paused={process.stopped === true}
                />
              </li>
            ))}
          </ul>
        );
      }}
    </Answer>
  );
}
