import { useHome } from '../hooks/machine.tsx';
import { shortPath } from '../words/path.ts';

/** A path that fits: `~` for the home, the middle left out when it is long; whole on hover. */
export function PathText({ path, max = 56 }: { readonly path: string; readonly max?: number }) {
  const home = useHome();
  return (
    <code title={path} className="nowrap">
      {shortPath(path, max, home)}
    </code>
  );
}
