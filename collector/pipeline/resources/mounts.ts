import type { PathPlace } from '../../rules/shared/paths.ts';
import { findOptions } from '../../rules/shared/options.ts';
import type { ResourceList } from './collect.ts';

const RUNNERS: ReadonlySet<string> = new Set(['docker', 'podman', 'nerdctl', 'docker-compose']);

/** Folders of this machine given to a container: `-v /:/host`, `--mount type=bind,source=/etc,target=/x,readonly`. */
export function addMounts(name: string, args: readonly string[], place: PathPlace, list: ResourceList): void {
  if (!RUNNERS.has(name)) return;
  for (const volume of findOptions(args, ['-v', '--volume'])) {
    // A Windows drive has a colon of its own: `C:\x:/x`.
    const [, source = '', options = ''] = /^((?:[A-Za-z]:)?[^:]*):[^:]+(?::(.*))?$/.exec(volume) ?? [];
    addMount(source, /(?:^|,)ro(?:,|$)/.test(options), place, list);
  }
  for (const mount of findOptions(args, ['--mount'])) {
    const fields = mount.split(',');
    const source = fields.find((field) => /^(?:source|src)=/.test(field)) ?? '';
    const readOnly = fields.some((field) => /^(?:readonly|ro)(?:=true|=1)?$/.test(field));
    addMount(source.slice(source.indexOf('=') + 1), readOnly, place, list);
  }
}

/** A bare name is a volume of the container engine, no folder. */
function addMount(source: string, readOnly: boolean, place: PathPlace, list: ResourceList): void {
  if (/^(?:[/.~]|[A-Za-z]:[\\/])/.test(source)) list.file(source, readOnly ? 'read' : 'write', place);
}
