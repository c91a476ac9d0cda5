/** Judges a name beside a value: `DB_PASSWORD`, `apiKey`, `X-Auth-Token`, `--client-secret`. */

/** How much the name alone says. `password`: even a short plain word is the secret. `key`: the value must look like one. */
export type NameClass = 'password' | 'token' | 'key' | 'header' | 'cookie';

const PASSWORD = new Set([
  'password',
  'passwd',
  'passwort',
  'passphrase',
  'pwd',
  'pass',
  'passcode',
  'pgpassword',
  'mysqlpwd',
]);
const TOKEN = new Set([
  'token',
  'secret',
  'credential',
  'credentials',
  'apikey',
  'authtoken',
  'accesstoken',
  'jwt',
  'pat',
  'bearer',
  'apitoken',
  'clientsecret',
  'secretkey',
  'accesskey',
  'privatekey',
  'sessionkey',
  'authkey',
  'accountkey',
  'sharedaccesskey',
  'apisecret',
  'authtok',
  'sas',
  'signingkey',
]);
const KEY_OWNERS = new Set([
  'api',
  'access',
  'private',
  'secret',
  'auth',
  'signing',
  'encryption',
  'master',
  'account',
  'service',
  'license',
  'licence',
  'shared',
  'client',
  'storage',
  'admin',
  'deploy',
  'webhook',
  'app',
  'application',
  'jwt',
  'session',
  'ssh',
  'rsa',
  'hmac',
  'crypto',
  'root',
  'user',
  'org',
  'project',
  'subscription',
  'openai',
  'anthropic',
  'gemini',
  'google',
  'mistral',
  'cohere',
  'azure',
  'aws',
  'primary',
  'secondary',
  'functions',
  'host',
  'integration',
  'sdk',
  'ingest',
  'write',
  'server',
  'rapidapi',
  'team',
  'personal',
]);
/** Words that turn a secret's name into a name about secrets. */
const NOT_LAST = new Set([
  'id',
  'ids',
  'name',
  'names',
  'file',
  'path',
  'dir',
  'url',
  'uri',
  'endpoint',
  'type',
  'types',
  'count',
  'counts',
  'limit',
  'limits',
  'length',
  'len',
  'size',
  'max',
  'min',
  'budget',
  'usage',
  'ttl',
  'expiry',
  'expires',
  'expiration',
  'expired',
  'hash',
  'hint',
  'label',
  'field',
  'input',
  'policy',
  'prefix',
  'suffix',
  'format',
  'regex',
  'pattern',
  'env',
  'var',
  'variable',
  'ref',
  'reference',
  'store',
  'manager',
  'provider',
  'helper',
  'source',
  'status',
  'state',
  'scope',
  'scopes',
  'error',
  'index',
  'position',
  'kind',
  'class',
  'schema',
  'version',
  'header',
  'placeholder',
  'command',
  'cmd',
  'location',
  'rotation',
  'reset',
  'required',
  'enabled',
  'valid',
  'stdin',
  'prompt',
  'algorithm',
  'alg',
  'issuer',
  'audience',
  'text',
  'title',
  'message',
  'description',
  'confirmation',
  'strength',
  'rules',
  'arn',
]);
const NOT_ANY = new Set([
  'public',
  'max',
  'min',
  'num',
  'total',
  'input',
  'output',
  'prompt',
  'completion',
  'csrf',
  'xsrf',
  'per',
  'usage',
  'used',
  'remaining',
  'count',
  'cached',
  'cache',
  'reasoning',
  'next',
  'continuation',
  'page',
  'pagination',
  'cursor',
  'eos',
  'bos',
  'pad',
  'sync',
  'no',
  'skip',
  'disable',
  'require',
  'has',
  'is',
  'use',
  'sort',
  'partition',
  'foreign',
  'primarykey',
  'unique',
  'design',
  'syntax',
  'special',
  'stop',
]);
const HEADERS = new Set(['authorization', 'proxy-authorization', 'authentication']);
const COOKIES = new Set(['cookie', 'set-cookie']);

/** Words of an identifier, lower case: `AWS_SecretAccessKey` gives aws secret access key. */
export function wordsOf(name: string): string[] {
  return name
    .slice(0, 120)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/** What the name promises of its value; `undefined` when it promises no secret. */
export function classifyName(name: string): NameClass | undefined {
  const lower = name.toLowerCase();
  if (HEADERS.has(lower)) return 'header';
  if (COOKIES.has(lower)) return 'cookie';
  const words = wordsOf(name);
  // A version or copy number at the end says nothing: `API_KEY_2`.
  while (words.length > 1 && /^v?\d{1,3}$/.test(words[words.length - 1] ?? '')) words.pop();
  const last = words[words.length - 1];
  if (last === undefined || NOT_LAST.has(last)) return undefined;
  if (words.some((word) => NOT_ANY.has(word))) return undefined;
  if (PASSWORD.has(last))
    return words.length === 1 && last === 'pass' && name !== 'PASS' ? 'token' : 'password';
  if (last.endsWith('password') || last.endsWith('passwd')) return 'password';
  if (TOKEN.has(last)) return 'token';
  if (last === 'key')
    return words.length > 1 && KEY_OWNERS.has(words[words.length - 2] ?? '') ? 'key' : undefined;
  if (last === 'auth')
    return words.length === 1 || words[0] === 'x' || lower.endsWith('_auth') ? 'key' : undefined;
  if (last.endsWith('apikey') || last.endsWith('token') || last.endsWith('secret')) return 'key';
  // The noun need not be last: `SECRET_KEY_BASE`, `PASSWORD_PROD`, `token_github`.
  if (
    words.some(
      (word, i) => i < words.length - 1 && (PASSWORD.has(word) || word === 'secret' || word === 'apikey'),
    )
  )
    return 'key';
  return words.some((word, i) => word === 'token' && i === words.length - 2) ? 'key' : undefined;
}

/** Query names whose values are secret in a URL, beyond what `classifyName` knows. */
const QUERY = new Set([
  'key',
  'sig',
  'signature',
  'code',
  'auth',
  'access_token',
  'refresh_token',
  'id_token',
  'x-amz-signature',
  'x-amz-security-token',
  'x-amz-credential',
  'x-goog-signature',
  'x-goog-credential',
  'hmac',
  'sid',
  'session',
  'ticket',
  'assertion',
  'client_assertion',
  'code_verifier',
  'apikey',
  'api_key',
  'appid',
  'secret',
  't0ken',
  'subscription-key',
  'sv_sig',
]);

export function isSecretQueryName(name: string): boolean {
  return QUERY.has(name.toLowerCase()) || classifyName(name) !== undefined;
}

const PROVIDERS: readonly (readonly [string, string])[] = [
  ['anthropic', 'Anthropic'],
  ['claude', 'Anthropic'],
  ['openai', 'OpenAI'],
  ['codex', 'OpenAI'],
  ['gemini', 'Google'],
  ['google', 'Google'],
  ['gcp', 'Google'],
  ['mistral', 'Mistral'],
  ['cohere', 'Cohere'],
  ['deepseek', 'DeepSeek'],
  ['moonshot', 'Moonshot AI'],
  ['dashscope', 'Alibaba Cloud'],
  ['zhipu', 'Zhipu'],
  ['ai21', 'AI21'],
  ['exa', 'Exa'],
  ['serpapi', 'SerpApi'],
  ['serper', 'Serper'],
  ['deepgram', 'Deepgram'],
  ['assemblyai', 'AssemblyAI'],
  ['stability', 'Stability AI'],
  ['qdrant', 'Qdrant'],
  ['weaviate', 'Weaviate'],
  ['github', 'GitHub'],
  ['gh', 'GitHub'],
  ['gitlab', 'GitLab'],
  ['bitbucket', 'Atlassian'],
  ['jira', 'Atlassian'],
  ['confluence', 'Atlassian'],
  ['atlassian', 'Atlassian'],
  ['aws', 'AWS'],
  ['azure', 'Azure'],
  ['arm', 'Azure'],
  ['cloudflare', 'Cloudflare'],
  ['datadog', 'Datadog'],
  ['dd', 'Datadog'],
  ['heroku', 'Heroku'],
  ['snyk', 'Snyk'],
  ['okta', 'Okta'],
  ['auth0', 'Auth0'],
  ['algolia', 'Algolia'],
  ['asana', 'Asana'],
  ['trello', 'Trello'],
  ['zendesk', 'Zendesk'],
  ['salesforce', 'Salesforce'],
  ['discord', 'Discord'],
  ['telegram', 'Telegram'],
  ['twitter', 'X'],
  ['mailchimp', 'Mailchimp'],
  ['mailgun', 'Mailgun'],
  ['postmark', 'Postmark'],
  ['twilio', 'Twilio'],
  ['netlify', 'Netlify'],
  ['vercel', 'Vercel'],
  ['codecov', 'Codecov'],
  ['travis', 'Travis CI'],
  ['pagerduty', 'PagerDuty'],
  ['opsgenie', 'Opsgenie'],
  ['fastly', 'Fastly'],
  ['etsy', 'Etsy'],
  ['kraken', 'Kraken'],
  ['coinbase', 'Coinbase'],
  ['binance', 'Binance'],
  ['mapbox', 'Mapbox'],
  ['mattermost', 'Mattermost'],
  ['nytimes', 'NY Times'],
  ['rapidapi', 'RapidAPI'],
  ['finnhub', 'Finnhub'],
  ['messagebird', 'MessageBird'],
  ['sumologic', 'Sumo Logic'],
  ['elastic', 'Elastic'],
  ['splunk', 'Splunk'],
  ['honeycomb', 'Honeycomb'],
  ['slack', 'Slack'],
  ['stripe', 'Stripe'],
  ['notion', 'Notion'],
  ['npm', 'npm'],
  ['sentry', 'Sentry'],
  ['postgres', 'PostgreSQL'],
  ['pg', 'PostgreSQL'],
  ['pgpassword', 'PostgreSQL'],
  ['mysql', 'MySQL'],
  ['mongo', 'MongoDB'],
  ['mongodb', 'MongoDB'],
  ['redis', 'Redis'],
  ['supabase', 'Supabase'],
  ['kaggle', 'Kaggle'],
  ['cursor', 'Cursor'],
  ['brave', 'Brave'],
  ['firebase', 'Google'],
  ['hubspot', 'HubSpot'],
  ['shopify', 'Shopify'],
];
const PROVIDER_OF = new Map(PROVIDERS);

/** Vendor and kind of a value that only its name gives away: `DATADOG_API_KEY` gives Datadog, `datadog-api-key`. */
export function kindOfName(name: string, kind: NameClass): { kind: string; provider: string } {
  const words = wordsOf(name);
  const owner = words.find((word) => PROVIDER_OF.has(word));
  const provider = owner === undefined ? undefined : PROVIDER_OF.get(owner);
  const noun = nounOf(words, kind);
  if (provider === undefined || owner === undefined) return { kind: noun, provider: 'unknown' };
  return { kind: `${provider.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-${noun}`, provider };
}

function nounOf(words: readonly string[], kind: NameClass): string {
  if (kind === 'header') return 'authorization';
  if (kind === 'cookie') return 'cookie';
  if (kind === 'password') return 'password';
  const text = words.join('-');
  if (text.includes('secret-access-key')) return 'secret-access-key';
  if (text.includes('private-key')) return 'private-key';
  if (text.includes('client-secret')) return 'client-secret';
  if (text.includes('api-key') || text.includes('apikey')) return 'api-key';
  if (text.includes('session')) return 'session-token';
  if (text.includes('token') || text.includes('jwt') || text.includes('pat')) return 'token';
  return text.includes('secret') ? 'secret' : 'key';
}
