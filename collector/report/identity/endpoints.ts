/** What a provider answered about one credential. */
export interface IdentityAnswer {
  /** `dead` only on the provider's own word for it; everything else that is not `live` is unknown. */
  readonly state: 'live' | 'dead' | 'unknown';
  readonly principal?: string;
  readonly scopes?: readonly string[];
  readonly expiresMs?: number;
  /** Why it is unknown, or what else the answer tells. */
  readonly detail?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Parsed JSON; `undefined` for anything else. */
  readonly body: unknown;
}

/** How to ask one provider whose a credential is. Data and pure readers. */
export interface IdentityEndpoint {
  readonly provider: string;
  /** Kinds of credentials it knows, as the inventory calls them. */
  readonly kinds: readonly string[];
  /** The only host that the value is ever sent to. */
  readonly host: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: (value: string) => Readonly<Record<string, string>>;
  readonly body?: (value: string) => string;
  /** People also run it themselves: the value may belong to another host, so the person must name this one. */
  readonly selfHosted?: true;
  readonly read: (answer: HttpAnswer) => IdentityAnswer;
}

const bearer = (value: string): Readonly<Record<string, string>> => ({ authorization: `Bearer ${value}` });

/** 2xx is live, 401 dead, the rest unknown; what a live one tells is read by `live`. */
function usual(
  live: (answer: HttpAnswer) => Omit<IdentityAnswer, 'state'>,
  { forbiddenIsLive = false } = {},
): (answer: HttpAnswer) => IdentityAnswer {
  return (answer) => {
    if (answer.status >= 200 && answer.status < 300) return { state: 'live', ...live(answer) };
    if (answer.status === 401) return { state: 'dead', detail: 'the provider does not accept it' };
    if (answer.status === 403 && forbiddenIsLive)
      return { state: 'live', detail: 'accepted, but it may not ask who it is' };
    return { state: 'unknown', detail: `the provider answered ${answer.status}` };
  };
}

/** Providers' documentation of their own interfaces, 2026-11. */
export const IDENTITY_ENDPOINTS: readonly IdentityEndpoint[] = [
  {
    provider: 'GitHub',
    kinds: ['github-pat', 'github-oauth-token', 'github-user-token', 'github-fine-grained-pat'],
    host: 'api.github.com',
    method: 'GET',
    path: '/user',
    headers: (value) => ({ ...bearer(value), accept: 'application/vnd.github+json' }),
    read: usual(({ body, headers }) => ({
      ...principal(text(body, 'login')),
      ...scopesOf(headers['x-oauth-scopes'], ','),
      ...expiry(headers['github-authentication-token-expiration']),
    })),
  },
  {
    provider: 'GitLab',
    kinds: ['gitlab-pat'],
    host: 'gitlab.com',
    method: 'GET',
    path: '/api/v4/personal_access_tokens/self',
    headers: (value) => ({ 'private-token': value }),
    selfHosted: true,
    read: usual(({ body }) => ({
      ...principal(prefixed('user ', text(body, 'user_id'))),
      ...scopes(texts(body, 'scopes')),
      ...expiry(text(body, 'expires_at')),
    })),
  },
  {
    provider: 'Slack',
    kinds: ['slack-bot-token', 'slack-user-token', 'slack-legacy-token', 'slack-workspace-token'],
    host: 'slack.com',
    method: 'POST',
    path: '/api/auth.test',
    headers: bearer,
    read({ status, headers, body }) {
      if (status !== 200) return { state: 'unknown', detail: `the provider answered ${status}` };
      if (at(body, 'ok') === true) {
        const name = [text(body, 'user'), text(body, 'team')]
          .filter((part) => part !== undefined)
          .join(' of ');
        return {
          state: 'live',
          ...principal(name === '' ? undefined : name),
          ...scopesOf(headers['x-oauth-scopes'], ','),
        };
      }
      const error = text(body, 'error') ?? '';
      return ['invalid_auth', 'token_revoked', 'token_expired', 'account_inactive'].includes(error)
        ? { state: 'dead', detail: error }
        : { state: 'unknown', detail: 'the provider gave no clear answer' };
    },
  },
  {
    provider: 'Anthropic',
    kinds: ['anthropic-api-key', 'anthropic-key'],
    host: 'api.anthropic.com',
    method: 'GET',
    path: '/v1/models?limit=1',
    headers: (value) => ({ 'x-api-key': value, 'anthropic-version': '2023-06-01' }),
    read: usual(() => ({}), { forbiddenIsLive: true }),
  },
  {
    provider: 'Anthropic',
    kinds: ['anthropic-admin-key'],
    host: 'api.anthropic.com',
    method: 'GET',
    path: '/v1/organizations/me',
    headers: (value) => ({ 'x-api-key': value, 'anthropic-version': '2023-06-01' }),
    read: usual(({ body }) => ({ ...principal(text(body, 'name')), scopes: ['admin'] })),
  },
  {
    provider: 'OpenAI',
    kinds: ['openai-api-key', 'openai-project-key', 'openai-service-key'],
    host: 'api.openai.com',
    method: 'GET',
    path: '/v1/models',
    headers: bearer,
    read: usual(
      ({ headers }) => ({
        ...principal(
          [headers['openai-organization'], headers['openai-project']]
            .filter((part) => part !== undefined)
            .join(' / '),
        ),
      }),
      { forbiddenIsLive: true },
    ),
  },
  {
    provider: 'Hugging Face',
    kinds: ['huggingface-token'],
    host: 'huggingface.co',
    method: 'GET',
    path: '/api/whoami-v2',
    headers: bearer,
    read: usual(({ body }) => {
      const role = text(at(at(body, 'auth'), 'accessToken'), 'role');
      return { ...principal(text(body, 'name')), ...scopes(role === undefined ? [] : [role]) };
    }),
  },
  {
    provider: 'npm',
    kinds: ['npm-token'],
    host: 'registry.npmjs.org',
    method: 'GET',
    path: '/-/whoami',
    headers: bearer,
    read: usual(({ body }) => principal(text(body, 'username'))),
  },
  {
    provider: 'Google',
    kinds: ['google-oauth-token'],
    host: 'oauth2.googleapis.com',
    // In the body: an address ends up in more logs than a body does.
    method: 'POST',
    path: '/tokeninfo',
    headers: () => ({ 'content-type': 'application/x-www-form-urlencoded' }),
    body: (value) => `access_token=${encodeURIComponent(value)}`,
    read({ status, body }) {
      if (status === 400) return { state: 'dead', detail: 'expired or not valid' };
      return usual((answer) => ({
        ...principal(text(answer.body, 'email')),
        ...scopesOf(text(answer.body, 'scope'), ' '),
        ...expiry(text(answer.body, 'exp')),
      }))({ status, body, headers: {} });
    },
  },
  {
    provider: 'Linear',
    kinds: ['linear-api-key'],
    host: 'api.linear.app',
    method: 'POST',
    path: '/graphql',
    headers: (value) => ({ authorization: value, 'content-type': 'application/json' }),
    body: () => '{"query":"{viewer{id email}}"}',
    read: usual(({ body }) => principal(text(at(at(body, 'data'), 'viewer'), 'email'))),
  },
  {
    provider: 'Notion',
    kinds: ['notion-token', 'notion-legacy-token'],
    host: 'api.notion.com',
    method: 'GET',
    path: '/v1/users/me',
    headers: (value) => ({ ...bearer(value), 'notion-version': '2022-06-28' }),
    read: usual(({ body }) => principal(text(body, 'name'))),
  },
  {
    provider: 'Stripe',
    kinds: ['stripe-live-key', 'stripe-test-key', 'stripe-restricted-key', 'stripe-restricted-test-key'],
    host: 'api.stripe.com',
    method: 'GET',
    path: '/v1/account',
    headers: bearer,
    read: usual(({ body }) => principal(text(body, 'id')), { forbiddenIsLive: true }),
  },
  {
    provider: 'OpenRouter',
    kinds: ['openrouter-key'],
    host: 'openrouter.ai',
    method: 'GET',
    path: '/api/v1/key',
    headers: bearer,
    read: usual(({ body }) => principal(text(at(body, 'data'), 'label'))),
  },
  {
    provider: 'Figma',
    kinds: ['figma-token'],
    host: 'api.figma.com',
    method: 'GET',
    path: '/v1/me',
    headers: (value) => ({ 'x-figma-token': value }),
    read: usual(({ body }) => principal(text(body, 'email'))),
  },
  {
    provider: 'Vercel',
    kinds: ['vercel-access-token'],
    host: 'api.vercel.com',
    method: 'GET',
    path: '/v2/user',
    headers: bearer,
    read: usual(({ body }) => principal(text(at(body, 'user'), 'email')), { forbiddenIsLive: true }),
  },
  {
    provider: 'DigitalOcean',
    kinds: ['digitalocean-pat', 'digitalocean-oauth-token'],
    host: 'api.digitalocean.com',
    method: 'GET',
    path: '/v2/account',
    headers: bearer,
    read: usual(({ body }) => principal(text(at(body, 'account'), 'email')), { forbiddenIsLive: true }),
  },
  {
    provider: 'Airtable',
    kinds: ['airtable-pat'],
    host: 'api.airtable.com',
    method: 'GET',
    path: '/v0/meta/whoami',
    headers: bearer,
    read: usual(({ body }) => ({
      ...principal(text(body, 'email') ?? text(body, 'id')),
      ...scopes(texts(body, 'scopes')),
    })),
  },
];

/** How to ask about a credential of this kind; `undefined` when its provider is not known, or has no such question. */
export function endpointFor(
  kind: string,
  endpoints: readonly IdentityEndpoint[] = IDENTITY_ENDPOINTS,
): IdentityEndpoint | undefined {
  return endpoints.find(({ kinds }) => kinds.includes(kind));
}

const MAX_TEXT = 200;
const MAX_SCOPES = 100;

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? Object.getOwnPropertyDescriptor(value, key)?.value
    : undefined;
}

function text(value: unknown, key: string): string | undefined {
  const found = at(value, key);
  if (typeof found === 'number') return String(found);
  return typeof found === 'string' && found !== '' ? found.slice(0, MAX_TEXT).toWellFormed() : undefined;
}

function texts(value: unknown, key: string): readonly string[] {
  const found = at(value, key);
  return Array.isArray(found) ? found.filter((one) => typeof one === 'string').slice(0, MAX_SCOPES) : [];
}

function prefixed(prefix: string, value: string | undefined): string | undefined {
  return value === undefined ? undefined : prefix + value;
}

function principal(value: string | undefined): Pick<IdentityAnswer, 'principal'> {
  return value === undefined || value === '' ? {} : { principal: value };
}

function scopes(values: readonly string[]): Pick<IdentityAnswer, 'scopes'> {
  return values.length === 0 ? {} : { scopes: values.map((one) => one.slice(0, MAX_TEXT).toWellFormed()) };
}

function scopesOf(value: string | undefined, separator: string): Pick<IdentityAnswer, 'scopes'> {
  const parts = (value ?? '').slice(0, 4_096).split(separator, MAX_SCOPES);
  return scopes(parts.map((part) => part.trim()).filter((part) => part !== ''));
}

/** A date in words, or seconds since 1970. */
function expiry(value: string | undefined): Pick<IdentityAnswer, 'expiresMs'> {
  if (value === undefined) return {};
  const expiresMs = /^\d{9,11}$/.test(value) ? Number(value) * 1_000 : Date.parse(value);
  return Number.isFinite(expiresMs) ? { expiresMs } : {};
}
