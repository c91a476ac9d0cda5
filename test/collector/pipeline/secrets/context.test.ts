import { describe, expect, it } from 'vitest';
import { redactText } from '../../../../collector/pipeline/secrets/index.ts';
import { random } from './samples.ts';

const word = ['Hunter', '2x'].join('');
const key = random('alnum', 32, 42);

describe('secrets that only their place gives away', () => {
  it.each([
    ['environment assignment', `PGPASSWORD=${word} psql -h db.example.com`, word],
    ['exported key', `export DATADOG_API_KEY=${key}; make`, key],
    ['quoted assignment', `SECRET_KEY="${key}" ./run`, key],
    ['line of a .env file with odd characters', `DB_PASSWORD=${word};&x|y\nNEXT=1`, `${word};&x|y`],
    ['glued quotes', `DB_PASSWORD=ab'${word}'cd ./run`, word],
    ['long flag', `tool --password ${word} --verbose`, word],
    ['long flag with equals', `tool --api-key=${key}`, key],
    ['flag with a quoted value', `tool --password "correct ${word} staple"`, `correct ${word} staple`],
    ['PowerShell parameter', `Connect-Thing -Password ${word}`, word],
    ['curl user', `curl -u robin:${word} https://api.example.com`, word],
    ['curl user, glued', `curl -urobin:${word} https://api.example.com`, word],
    ['mysql', `mysql -u root -p${word} shop`, word],
    ['sshpass', `sshpass -p ${word} ssh box.example.com`, word],
    ['sshpass, quoted', `sshpass -p '${word}' ssh box.example.com`, word],
    ['docker login', `docker login -u robin -p ${word} registry.example.com`, word],
    ['docker login from a pipe', `echo ${word} | docker login -u robin --password-stdin`, word],
    ['sudo from a pipe', `echo "${word}" | sudo -S apt-get update`, word],
    ['redis', `redis-cli -h cache.example.com -a ${word} ping`, word],
    ['openssl', `openssl enc -aes-256-cbc -k ${word} -in a -out b`, word],
    ['openssl pass argument', `openssl rsa -in k.pem -passin pass:${word}`, word],
    ['bearer header', `curl -H "Authorization: Bearer ${key}" https://api.example.com`, key],
    ['token header', `curl -H 'Authorization: token ${key}' https://api.example.com`, key],
    ['bare header', `curl -H "Authorization: ${key}" https://api.example.com`, key],
    ['basic header', `curl -H "Authorization: Basic ${btoa(`robin:${word}`)}"`, btoa(`robin:${word}`)],
    ['key header', `curl -H "X-Api-Key: ${key}" https://api.example.com`, key],
    ['GitLab header', `curl --header "PRIVATE-TOKEN: ${key}" https://git.example.com`, key],
    ['cookie', `curl -H "Cookie: sid=${key}; theme=dark"`, key],
    ['URL password', `git clone https://robin:${word}@git.example.com/a.git`, word],
    ['URL password with a slash', `psql postgres://app:${word}/x@db.example.com/app`, `${word}/x`],
    ['URL token for a user', `git clone https://${key}@git.example.com/a.git`, key],
    ['database URL', `DATABASE_URL=postgres://app:${word}@db.example.com/app`, word],
    ['URL without a user', `redis://:${word}@cache.example.com:6379/0`, word],
    ['URL query', `curl "https://api.example.com/x?key=${key}&page=2"`, key],
    ['signed URL', `https://s.example.com/x?X-Amz-Signature=${random('hex', 64, 1)}`, random('hex', 64, 1)],
    ['JSON', `{"clientSecret": "${key}", "name": "app"}`, key],
    ['JSON in a shell string', `"{\\"api_key\\":\\"${key}\\"}"`, key],
    ['YAML', `password: ${word}!\nuser: app`, word],
    ['TOML', `api_token = "${key}"`, key],
    ['code', `const apiKey = '${key}';`, key],
    ['call', `os.environ.setdefault("API_TOKEN", "${key}")`, key],
    ['XML', `<password>${word}</password>`, word],
    ['connection string', `Server=db;User Id=sa;Password=${word};Encrypt=true`, word],
    ['storage key', `AccountName=a;AccountKey=${key}==;EndpointSuffix=x`, key],
    ['SQL', `CREATE USER app IDENTIFIED BY '${word}';`, word],
    ['SQL role', `ALTER ROLE app WITH PASSWORD '${word}';`, word],
    ['aws configure', `aws configure set aws_secret_access_key ${key}`, key],
    ['npm registry token', `//registry.example.com/:_authToken=${key}`, key],
    [
      'container registry file',
      `{"auths":{"r.example.com":{"auth":"${btoa(`robin:${word}`)}"}}}`,
      btoa(`robin:${word}`),
    ],
    [
      'base64 of a token',
      `  value: ${btoa(`token is ghp_${random('alnum', 36, 3)}`)}`,
      btoa(`token is ghp_${random('alnum', 36, 3)}`).slice(0, 30),
    ],
    ['kubernetes literal', `kubectl create secret generic a --from-literal=password=${word}`, word],
  ])('%s', (_name, text, secret) => {
    const redacted = redactText(text);
    expect(redacted).not.toContain(secret);
    expect(redacted).toMatch(/\[redacted:[a-z0-9-]+\]/);
    expect(redactText(redacted)).toBe(redacted);
  });
});

describe('ordinary text', () => {
  it.each([
    ['git commits', 'git show 3f786850e387550fdab836ed7e6dc881de23001b --stat'],
    ['UUIDs', 'session 550e8400-e29b-41d4-a716-446655440000 resumed'],
    ['lock file hash', `"integrity": "sha512-${random('b64', 86, 4)}=="`],
    ['sha256 line', `${random('hex', 64, 5)}  dist/app.tar.gz`],
    ['image data', `<img src="data:image/png;base64,iVBORw0KGgo${random('b64', 400, 6)}">`],
    [
      'file paths',
      'cat /home/robin/projects/shop/node_modules/@example/token-helper/src/auth/password-policy.ts',
    ],
    [
      'long identifiers',
      'import { createPasswordResetTokenRepositoryFactoryProvider } from "./auth/token_repository_provider_v2";',
    ],
    ['variables', 'curl -H "Authorization: Bearer $API_TOKEN" -u "$USER:$PASS" https://x.example.com'],
    [
      'variable in braces',
      'API_KEY=${API_KEY} TOKEN=${{ secrets.TOKEN }} SECRET=$(op read x) PASSWORD=%PASSWORD%',
    ],
    [
      'references',
      '{"env":{"API_KEY":"op://vault/item/field","TOKEN":"keychain:github","SECRET":"{env:SECRET}"}}',
    ],
    ['documentation', 'export ANTHROPIC_API_KEY=your-api-key and OPENAI_API_KEY=<your key>'],
    ['filler', 'PASSWORD=changeme TOKEN=xxxxxxxx SECRET=***** API_KEY=...'],
    ['types', 'interface Login { password: string; token?: string; apiKey: string | undefined }'],
    [
      'code',
      'const token = await getToken(user); const password = req.body.password; if (token === null) return;',
    ],
    ['python', 'def login(password: str, token: Optional[str] = None): self.token = token'],
    ['token counts', 'max_tokens: 4096, input_tokens=1234567, "total_tokens": 987654321'],
    [
      'names about secrets',
      'secretName: db-credentials, token_url=https://auth.example.com/token, password_file=/run/secrets/db',
    ],
    ['switches', 'docker run -p 8080:80 --name web && mkdir -p build && ssh -p 2222 box.example.com'],
    ['prose', 'The password must be changed; see the token section, and ask for the key.'],
    ['commit message', 'git commit -m "auth: rotate token handling and secret storage"'],
    ['public keys', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB robin@laptop'],
    ['npm script', 'npm run build -- --mode production && npx vitest run test/token.test.ts'],
    ['URLs', 'https://docs.example.com/guide?page=2&sort=key&session=monday#token'],
    ['scoped package in a URL', 'https://registry.example.com:8443/@scope/pkg/-/pkg-1.0.0.tgz'],
    ['ssh remote', 'git remote add origin ssh://git@git.example.com:22/team/repo.git'],
    ['CSS', '.token-keyword { color: #ff0000 } .password-input::placeholder { opacity: .5 }'],
    ['Kubernetes', 'imagePullSecrets:\n  - name: regcred\nsecretKeyRef:\n  name: db\n  key: password'],
    ['tokens in a grammar', 'token: IDENTIFIER | NUMBER; key: value'],
    ['translation', '"password": "Password", "token_label": "Your token"'],
    ['Arabic and emoji', 'كلمة المرور 🔑 пароль 密码 token'],
  ])('is left alone: %s', (_name, text) => {
    expect(redactText(text)).toBe(text);
  });
});
