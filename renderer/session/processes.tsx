import { Cpu } from 'lucide-react';
import type { ListedProcess } from '../../collector/contract/process-list.ts';
import type { ProcessRecord, ProgramCount } from '../../collector/contract/process-record.ts';
import { ActionButtons } from '../components/action-buttons.tsx';
import { Section } from '../components/page.tsx';
import { Answer, Empty } from '../components/states.tsx';
import { When } from '../components/when.tsx';
import { useCall } from '../hooks/use-call.ts';
import { bytes, compact, count, plural } from '../words/number.ts';
import { processTree } from '../words/process-tree.ts';
import { duration } from '../words/time.ts';

/** In rem. */
const INDENT = 1.8;
const DEEPEST = 12;

/** What runs for a session now, as a tree; then what ran. */
export function Processes({ sessionId }: { readonly sessionId: string }) {
  const live = useCall('processes.list', {});
  const past = useCall('processes.ofSession', { sessionId });
  return (
    <Answer query={live}>
      {({ processes }) => {
        const mine = processes.filter((process) => process.sessionId === sessionId);
        const running = new Set(mine.map((process) => process.pid));
        const ended = past.data?.processes.filter((process) => !running.has(process.pid)) ?? [];
        const counted = past.data?.counted ?? [];
        if (mine.length + ended.length + counted.length === 0)
          return (
            <Empty icon={Cpu} title="No processes of this session are known">
              While it runs on this machine, its processes stand here as a tree, each with pause and kill.
            </Empty>
          );
        return (
          <>
            {mine.length > 0 && <Tree processes={mine} />}
            {ended.length > 0 && (
              <Section title="Ran before" aside={count(ended.length)}>
                <ul className="card list process-tree">
                  {ended.map((process) => (
                    <Ended key={process.id} process={process} />
                  ))}
                </ul>
              </Section>
            )}
            {counted.length > 0 && <Counted programs={counted} />}
          </>
        );
      }}
    </Answer>
  );
}

function Tree({ processes }: { readonly processes: readonly ListedProcess[] }) {
  return (
    <ul className="card list process-tree">
      {processTree(processes).map(({ process, depth }) => (
        <li key={`${process.pid}@${process.startTimeMs}`} className="list-row">
          <span className="grow cut" style={{ paddingLeft: `${Math.min(depth, DEEPEST) * INDENT}rem` }}>
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
}

const PARTS: Readonly<Record<ProcessRecord['part'], string>> = {
  agent: 'the agent',
  tool: '',
  'mcp-server': 'MCP server',
  hook: 'hook',
};

function Ended({ process }: { readonly process: ProcessRecord }) {
  const part = PARTS[process.part];
  const how =
    process.signal !== undefined
      ? `ended by signal ${process.signal}`
      : process.exitCode === undefined
        ? ''
        : process.exitCode === 0
          ? 'ok'
          : `code ${process.exitCode}`;
  return (
    <li className="list-row">
      <span className="grow cut">
        <span className="strong">{process.name}</span>{' '}
        <code className="muted" title={process.command}>
          {process.command}
        </code>
        {part !== '' && <span className="badge">{part}</span>}
      </span>
      <span className="muted small">{how}</span>
      <span className="muted small num nowrap wide-only">
        {process.endedMs === undefined ? '' : duration(process.endedMs - process.startTimeMs)}
      </span>
      <span className="muted small">
        <When timeMs={process.startTimeMs} />
      </span>
    </li>
  );
}

/** Short ordinary programs are counted, not listed. */
function Counted({ programs }: { readonly programs: readonly ProgramCount[] }) {
  return (
    <Section title="Short programs" aside={plural(programs.length, 'program')}>
      <p className="line">
        {programs.map((item) => (
          <code key={item.program} className="code-inline">
            {item.program} {compact(item.n)}×
          </code>
        ))}
      </p>
    </Section>
  );
}
