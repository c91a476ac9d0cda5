import type { Resource, ResourceAccess, ResourceKind } from '../../contract/event.ts';
import { parseUrl } from '../../rules/shared/hosts.ts';
import type { PathPlace } from '../../rules/shared/paths.ts';
import { resolvePath } from '../../rules/shared/paths.ts';

/** More than a person would read; a hostile line cannot make more. */
export const MAX_RESOURCES = 200;
const MAX_VALUE = 1_024;

/** Fewer items than this are looked through sooner than a key is made for each; nearly all lists stay below. */
const FEW = 16;

/** Resources in order of appearance, each once. */
export class ResourceList {
  readonly items: Resource[] = [];
  /** Keys of all items, once they are many. */
  private seen: Set<string> | undefined;

  add(kind: ResourceKind, value: string, access: ResourceAccess): void {
    if (value === '' || this.items.length >= MAX_RESOURCES) return;
    const item: Resource = {
      kind,
      value: value.length > MAX_VALUE ? value.slice(0, MAX_VALUE) : value,
      access,
    };
    if (!this.has(item)) this.items.push(item);
  }

  /** Notes the item as one that is there. */
  private has(item: Resource): boolean {
    const { items } = this;
    if (items.length < FEW) {
      for (let i = 0; i < items.length; i++) {
        const other = items[i];
        if (other?.value === item.value && other.kind === item.kind && other.access === item.access)
          return true;
      }
      return false;
    }
    this.seen ??= new Set(items.map(keyOf));
    const before = this.seen.size;
    return this.seen.add(keyOf(item)).size === before;
  }

  /** A path as written; ignored when it is no file (`-`, `/dev/null`, an unresolved variable). */
  file(raw: string, access: ResourceAccess, place: PathPlace): void {
    if (raw === '' || raw === '-' || NO_FILE.test(raw) || raw.includes('\n')) return;
    const path = resolvePath(raw, place);
    if (path === undefined || path.includes('$')) return;
    this.add('file', path, access);
  }

  /** A URL, its host with it, and a repository or database when the scheme says so. */
  url(raw: string, access: ResourceAccess, place: PathPlace): void {
    const url = parseUrl(raw);
    if (url === undefined) return;
    if (url.scheme === 'file') {
      this.file(raw, 'read', place);
      return;
    }
    // A bucket is no host; the cloud table names it.
    if (url.host.includes('$') || BUCKET.test(url.scheme)) return;
    if (DATABASE.test(url.scheme)) {
      this.add('database', `${url.host}${url.path === '/' ? '' : url.path}`, access);
      this.add('host', url.host, 'connect');
      return;
    }
    this.add('url', url.url, access);
    this.add('host', url.host, 'connect');
  }
}

const DATABASE =
  /^(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|cockroachdb|clickhouse|mssql|sqlserver|cassandra|neo4j|amqps?|jdbc)$/;
const BUCKET =
  /^(?:s3|gs|gcs|azure|abfss?|wasbs?|oci|ext|chrome|about|data|javascript|vscode|docker|ms-\w+)$/;
const NO_FILE =
  /^(?:\/dev\/(?:null|stdout|stderr|stdin|tty|zero|u?random|fd\/\d+)|nul|\$null|&\d|[<>]\(.*)$/i;

function keyOf({ kind, value, access }: Resource): string {
  return `${kind}\n${access}\n${value}`;
}
