/** Fake secrets, put together at run time so that no scanner trips on this repository. */

const ALPHABETS = {
  alnum: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  lower: 'abcdefghijklmnopqrstuvwxyz0123456789',
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
  hex: '0123456789abcdef',
  token: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
  b64: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  bech: 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L',
} as const;

/** Deterministic random text; the same seed gives the same text. */
export function random(alphabet: keyof typeof ALPHABETS, length: number, seed: number): string {
  const chars = ALPHABETS[alphabet];
  let state = (seed * 2654435761 + 12345) >>> 0;
  let out = '';
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    out += chars.charAt((state >>> 8) % chars.length);
  }
  // A letter and a digit at fixed places: a random draw may lack one.
  return `${out.slice(0, 1)}${chars.includes('7') ? '7' : ''}${out.slice(chars.includes('7') ? 2 : 1)}`;
}

/** `kind` → prefix, alphabet, length of the rest. Prefixes are split so that none stands here whole. */
const TABLE = `
anthropic-api-key sk-ant-+api03- token 95
anthropic-admin-key sk-ant-+admin01- token 95
anthropic-oauth-token sk-ant-+oat01- token 95
anthropic-refresh-token sk-ant-+ort01- token 95
openai-project-key sk-+proj- token 120
openai-service-key sk-+svcacct- token 120
openai-admin-key sk-+admin- token 120
openai-api-key sk-+ alnum 48
deepseek-key sk-+ hex 32
openrouter-key sk-or-+v1- hex 64
google-api-key AI+za token 35
google-oauth-token ya2+9. token 60
google-refresh-token 1//+0 token 60
google-client-secret GOC+SPX- token 28
groq-key gs+k_ alnum 52
xai-key xa+i- alnum 80
perplexity-key ppl+x- alnum 48
cerebras-key cs+k- lower 48
replicate-token r8+_ alnum 37
nvidia-key nva+pi- token 64
together-key tgp+_v1_ token 43
langsmith-personal-token lsv2+_pt_ hex 43
langsmith-service-key lsv2+_sk_ hex 43
huggingface-token h+f_ alnum 34
huggingface-org-token api+_org_ alnum 34
pinecone-key pc+sk_ alnum 60
runpod-key rp+a_ alnum 40
elevenlabs-key s+k_ hex 48
jina-key ji+na_ alnum 60
tavily-key tv+ly- alnum 32
firecrawl-key f+c- hex 32
cursor-key ke+y_ hex 64
sourcegraph-token sg+p_ hex 40
bedrock-api-key AB+SK b64 120
github-pat gh+p_ alnum 36
github-oauth-token gh+o_ alnum 36
github-user-token gh+u_ alnum 36
github-app-token gh+s_ alnum 36
github-refresh-token gh+r_ alnum 76
github-fine-grained-pat github+_pat_ alnum 82
gitlab-pat glp+at- alnum 20
gitlab-deploy-token gld+t- alnum 20
gitlab-runner-token glr+t- alnum 20
gitlab-ci-token glc+bt- alnum 20
gitlab-trigger-token glp+tt- hex 40
gitlab-feed-token glf+t- alnum 20
gitlab-mail-token gli+mt- alnum 25
gitlab-agent-token gla+gent- alnum 50
bitbucket-token AT+BB alnum 32
atlassian-token ATA+TT3 token 186
npm-token np+m_ alnum 36
pypi-token pypi-+AgEIcHlwaS5vcmc token 80
rubygems-key ruby+gems_ hex 48
crates-token ci+o alnum 32
nuget-key oy+2 lower 43
clojars-token CLO+JARS_ lower 60
jfrog-api-key AK+Cp alnum 69
docker-pat dckr+_pat_ token 27
vercel-token vc+p_ alnum 56
vercel-ai-gateway-key vc+k_ alnum 56
netlify-token nf+p_ alnum 36
flyio-token fo+1_ token 43
circleci-pat CCI+PAT_ alnum 60
buildkite-token bk+ua_ hex 40
pulumi-token pu+l- hex 40
prefect-key pn+u_ alnum 36
doppler-personal-token dp.+pt. alnum 43
vault-service-token hv+s. token 95
vault-batch-token hv+b. token 150
onepassword-service-token ops+_eyJ b64 260
age-secret-key AGE-SECRET+-KEY-1 bech 58
sonar-token sq+p_ hex 40
octopus-key AP+I- upper 26
readme-key rd+me_ lower 70
openshift-token sha+256~ alnum 43
tailscale-key ts+key- alnum 40
aws-access-key-id AK+IA upper 16
aws-temporary-key-id AS+IA upper 16
alibaba-access-key-id LT+AI alnum 20
tencent-secret-id AK+ID alnum 32
digitalocean-pat dop+_v1_ hex 64
digitalocean-oauth-token doo+_v1_ hex 64
digitalocean-refresh-token dor+_v1_ hex 64
databricks-token da+pi hex 32
neon-key nap+i_ lower 64
planetscale-token pscale+_tkn_ alnum 43
planetscale-password pscale+_pw_ alnum 43
supabase-token sb+p_ hex 40
supabase-secret-key sb+_secret_ alnum 31
grafana-cloud-token glc+_eyJ b64 60
new-relic-user-key NR+AK- upper 27
sentry-user-token snt+ryu_ hex 64
sentry-org-token snt+rys_eyJ b64 100
slack-bot-token xo+xb- alnum 50
slack-user-token xo+xp- alnum 60
slack-app-token xa+pp- alnum 60
slack-client-token xo+xc- alnum 60
slack-config-token xo+xe- alnum 60
slack-webhook hooks.slack+.com/services/ alnum 44
discord-webhook discord+.com/api/webhooks/ alnum 80
stripe-live-key sk+_live_ alnum 24
stripe-test-key sk+_test_ alnum 24
stripe-restricted-key rk+_live_ alnum 24
stripe-webhook-secret wh+sec_ alnum 32
square-token sq0+atp- token 22
notion-token nt+n_ alnum 46
linear-api-key lin+_api_ alnum 40
figma-token fi+gd_ token 40
mailgun-key ke+y- hex 32
shopify-admin-token shp+at_ hex 32
twilio-key S+K hex 32
typeform-token tf+p_ token 44
easypost-key EZ+AK alnum 54
rootly-key root+ly_ hex 64
defined-networking-key dn+key- token 79
`;

export interface Sample {
  readonly kind: string;
  readonly value: string;
}

const HAND: readonly Sample[] = [
  { kind: 'sendgrid-key', value: ['S', 'G.', random('token', 22, 1), '.', random('token', 43, 2)].join('') },
  { kind: 'airtable-pat', value: ['pa', 't', random('alnum', 14, 3), '.', random('hex', 64, 4)].join('') },
  {
    kind: 'dynatrace-token',
    value: ['dt0', 'c01.', random('upper', 24, 5), '.', random('upper', 64, 6)].join(''),
  },
  { kind: 'telegram-bot-token', value: ['1234567', '89:A', 'A', random('alnum', 33, 7)].join('') },
  {
    kind: 'azure-client-secret',
    value: [random('alnum', 3, 8), '8', 'Q', '~', random('alnum', 34, 9)].join(''),
  },
  {
    kind: 'onepassword-secret-key',
    value: ['A', '3-', 'ABC234', '-ABCDE2', 'GHJK2-', 'AAAA7', '-BBBB3', '-CCCC4']
      .join('')
      .replace('ABCDE2GHJK2', 'ABCDE2GHJK2'),
  },
  {
    kind: 'jwt',
    value: [
      'ey' +
        btoa(JSON.stringify({ alg: 'HS256', typ: 'JWT' }))
          .replaceAll('=', '')
          .slice(2),
      btoa(
        JSON.stringify({ sub: 'robin', iat: 1760000000, exp: 1860000000, scope: 'read write' }),
      ).replaceAll('=', ''),
      random('token', 43, 10),
    ].join('.'),
  },
  {
    kind: 'private-key',
    value: [
      '-----BEGIN RSA ',
      'PRIVATE KEY-----\n',
      random('b64', 64, 11),
      '\n',
      random('b64', 64, 12),
      '\n-----END RSA ',
      'PRIVATE KEY-----',
    ].join(''),
  },
];

/** One sample per kind. */
export const SAMPLES: readonly Sample[] = [
  ...TABLE.trim()
    .split('\n')
    .map((line, i) => {
      const [kind = '', prefix = '', alphabet = 'alnum', length = '20'] = line.split(' ');
      const rest = random(alphabet as keyof typeof ALPHABETS, Number(length), i + 100);
      return { kind, value: prefix.replace('+', '') + rest };
    }),
  ...HAND,
];
