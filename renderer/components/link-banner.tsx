import { CircleAlert, PlugZap } from 'lucide-react';
import { useLinkState } from '../hooks/reeve.tsx';
import { later } from './later.ts';
import { When } from './when.tsx';

/** Says when what is shown may be old, why, and what to do about it. */
export function LinkBanner() {
  const link = useLinkState();
  switch (link.kind) {
    case 'connecting':
    case 'open':
      return null;
    case 'lost':
      return (
        <div className="notice-bar link-banner" data-severity="high" role="status">
          <PlugZap size={16} aria-hidden />
          <div>
            <p className="strong">The collector is not running</p>
            <p>
              Nothing is watched and nothing is lost: it reads what it missed when it starts again. You see
              what was known <When timeMs={link.sinceMs} />. This page comes back by itself.
            </p>
          </div>
          <Command text="reeve run" />
        </div>
      );
    case 'refused':
      return (
        <div className="notice-bar link-banner" data-severity="high" role="alert">
          <CircleAlert size={16} aria-hidden />
          <div>
            <p className="strong">This browser is not signed in</p>
            <p>The link that opened this page is good for one browser and a limited time. Make a new one:</p>
          </div>
          <Command text="reeve ui" />
        </div>
      );
    case 'mismatch':
      return (
        <div className="notice-bar link-banner" data-severity="high" role="alert">
          <CircleAlert size={16} aria-hidden />
          <div>
            <p className="strong">This page and the collector are of different versions</p>
            <p>{link.detail} Then reload this page.</p>
          </div>
          <Command text="reeve stop && reeve run" />
        </div>
      );
  }
}

const copy = later(() => import('./copy.tsx'));

function Command({ text }: { readonly text: string }) {
  const part = copy.usePart();
  return (
    <span className="line tight">
      <code className="code-inline">{text}</code>
      {part !== undefined && <part.CopyButton text={text} label="Copy the command" />}
    </span>
  );
}
