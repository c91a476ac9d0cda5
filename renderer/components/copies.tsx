import { Trash2 } from 'lucide-react';
import type { KeptCopy } from '../../collector/contract/undo.ts';
import { useHome } from '../hooks/machine.tsx';
import { useCall, useChange } from '../hooks/use-call.ts';
import { useNow } from '../hooks/use-now.ts';
import { FILE_METHODS } from '../hooks/use-undo.ts';
import { bytes, plural } from '../words/number.ts';
import { baseName, tilde } from '../words/path.ts';
import { Button } from './button.tsx';
import { Confirm } from './confirm.tsx';
import { Section } from './page.tsx';
import { PathText } from './path-text.tsx';
import { PutBack } from './take-out.tsx';
import { say } from './toast.tsx';
import { When } from './when.tsx';

const DAY_MS = 86_400_000;

/** What Reeve keeps so that changes of files can be taken back; each can be put back, or removed for good. */
export function Copies() {
  const { data } = useCall('copies.list', {});
  if (data === undefined || data.length === 0) return null;
  return (
    <Section title="Kept so that it can be put back">
      <p className="muted prose section-lead">
        Files as they were before Reeve changed them because somebody asked, readable by you alone. Each is
        removed by itself after a while.
      </p>
      <ul className="card list">
        {data.map((copy) => (
          <Copy key={copy.id} copy={copy} />
        ))}
      </ul>
    </Section>
  );
}

function Copy({ copy }: { readonly copy: KeptCopy }) {
  const now = useNow();
  const days = Math.max(1, Math.ceil((copy.removedMs - now) / DAY_MS));
  return (
    <li className="list-row copy-row">
      <div className="grow">
        <p className="wrap">
          {whatOf(copy)} <PathText path={copy.path} max={60} />
        </p>
        <p className="muted small">
          Kept <When timeMs={copy.timeMs} />
          {copy.sizeBytes !== undefined && `, ${bytes(copy.sizeBytes)}`}, removed in {plural(days, 'day')}
        </p>
      </div>
      <span className="line tight">
        {copy.auditSeq !== undefined && <PutBack auditSeq={copy.auditSeq} effect="Puts it back as it was" />}
        <Remove copy={copy} />
      </span>
    </li>
  );
}

function whatOf({ kind, name, path, sizeBytes }: KeptCopy): string {
  // Of a folder no size is known: what has one was moved away as a file.
  if (kind === 'folder')
    return sizeBytes === undefined ? `The skill ${baseName(path)}, from` : `The hook ${baseName(path)}, from`;
  return kind === 'entry' ? `${name ?? 'An entry'}, out of` : 'The file';
}

function Remove({ copy }: { readonly copy: KeptCopy }) {
  const home = useHome();
  const change = useChange('copies.remove', FILE_METHODS);
  const path = tilde(copy.path, home);
  const run = async (): Promise<void> => {
    try {
      const { status, detail } = await change.mutateAsync({ id: copy.id });
      say(
        status === 'done' ? 'Removed' : 'It is still there',
        detail.replaceAll(copy.path, path),
        status === 'done' ? 'ok' : 'critical',
      );
    } catch (error) {
      say('It is still there', error instanceof Error ? error.message : undefined, 'critical');
    }
  };
  return (
    <Confirm
      title="Remove this copy?"
      explain={() =>
        Promise.resolve(
          copy.kind === 'folder'
            ? `This is the only copy of what was in ${path}. It is gone for good then.`
            : `${path} stays as it is now. What it was before cannot be put back any more.`,
        )
      }
      confirm="Remove"
      onConfirm={run}
      trigger={
        <Button
          look="quiet"
          icon={Trash2}
          disabled={change.isPending}
          aria-label={`Remove the copy of ${path}`}
        >
          <span className="wide-only">Remove…</span>
        </Button>
      }
    />
  );
}
