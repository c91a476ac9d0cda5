/** What a name says about the system behind it: a cluster context, a profile, a host, an environment variable. */
export type Target = 'production' | 'throw-away' | 'unknown';

/** `acme-prod`, `prod_eu`, `production`; not `non-prod`, `preprod`, `product`. */
const PRODUCTION = /(?:^|[^a-z])(?:prod|prods|production|prd)(?:[^a-z]|$)/i;
const NOT_PRODUCTION = /(?:non|not|pre|un)[-_]?prod/i;
const THROW_AWAY =
  /(?:^|[^a-z])(?:dev|devel|development|developer|test|tests|testing|e2e|qa|local|localhost|stage|staging|stg|sandbox|demo|preview|review|pr\d*|tmp|temp|scratch|ci|minikube|kind|k3d|k3s|docker-desktop|rancher-desktop|colima|orbstack|localstack|mock|fixture|ephemeral|playground|lab|nonprod|preprod|non-prod|pre-prod)(?:[^a-z]|$)|127\.0\.0\.1|\[::1\]|host\.docker\.internal/i;

/** Production wins over everything else the text names. */
export function targetOf(given: string): Target {
  // `DevStack`, `myProdCluster`: words glued by capitals.
  const text = given.length > 20_000 ? given : given.replace(/([a-z\d])(?=[A-Z][a-z])/g, '$1-');
  if (PRODUCTION.test(text) && !NOT_PRODUCTION.test(text)) return 'production';
  return THROW_AWAY.test(text) ? 'throw-away' : 'unknown';
}

/** Database services that keep other people's data; a host there is no container of this machine. */
const MANAGED =
  /(?:^|\.)(?:rds\.amazonaws\.com|redshift\.amazonaws\.com|cache\.amazonaws\.com|supabase\.(?:co|com)|neon\.tech|mongodb\.net|psdb\.cloud|database\.windows\.net|postgres\.database\.azure\.com|mysql\.database\.azure\.com|upstash\.io|redns\.redis-cloud\.com|redislabs\.com|cockroachlabs\.cloud|aivencloud\.com|ondigitalocean\.com|render\.com|railway\.app|clickhouse\.cloud)$/i;

export function isManagedDatabase(host: string): boolean {
  return MANAGED.test(host);
}
