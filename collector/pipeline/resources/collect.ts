import type { Resource, ResourceAccess, ResourceKind } from '../../contract/event.ts';
import { parseUrl } from '../../rules/shared/hosts.ts';
import type { PathPlace } from '../../rules/shared/paths.ts';
import { resolvePath } from '../../rules/shared/paths.ts';

/** More than a person would read; a hostile line cannot make more. */
export const MAX_RESOURCES = 200;
const MAX_VALUE = 1_024;

/** Resources in order of appearance, each once. */
export class ResourceList {
  readonly items: Resource[] = [];

  add(kind: ResourceKind, value: string, access: ResourceAccess): void {
    const { items } = this;
    if (value === '' || items.length >= MAX_RESOURCES) return;
    const cut = value.length > MAX_VALUE ? value.slice(0, MAX_VALUE) : value;
    // Nearly all lists have a few items: looking through them costs less than a set of keys beside them.
    for (let i = 0; i < items.length; i++) {
      const item = items[i];
      if (item?.value === cut && item.kind === kind && item.access === access) return;
    }
    items.push({ kind, value: cut, access });
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
