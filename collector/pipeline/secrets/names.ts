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
  if (/^[a-z]{1,120}$/.test(name)) return [name];
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
  return isQueryName(name) || classifyName(name) !== undefined;
}

/** Only those beyond what `classifyName` knows. */
export function isQueryName(name: string): boolean {
  return QUERY.has(name.toLowerCase());
}
