import { wordsOf, type NameClass } from './names.ts';

/** Word of a variable name → vendor. */
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
