import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Principal, PrincipalUse } from '../../../../collector/contract/identity.ts';
import { principalsOf, type PrincipalPlace } from '../../../../collector/pipeline/principals/index.ts';
import { PRINCIPAL_PROGRAMS } from '../../../../collector/pipeline/principals/principals-of.ts';
import { analyzeShell } from '../../../../collector/pipeline/shell/index.ts';
import { expectLinear } from '../../../support/linear.ts';

let count = 0;
function principal(kind: Principal['kind'], name: string, more: Partial<Principal> = {}): Principal {
  return {
    id: `${kind}:${name}:${count++}`,
    kind,
    name,
    isDefault: false,
    source: { path: `/home/ana/.${kind}` },
    ...more,
  };
}

const KNOWN: readonly Principal[] = [
  principal('aws-profile', 'default', { isDefault: true, account: '999900001111' }),
  principal('aws-profile', 'prod', { account: '111122223333', role: 'Admin' }),
  principal('gcloud-configuration', 'work', {
    isDefault: true,
    user: 'ana@example.com',
    account: 'shop-dev',
  }),
  principal('gcloud-configuration', 'live', { user: 'robot@example.com', account: 'shop-live' }),
  principal('azure-subscription', 'Sandbox', { isDefault: true, account: 'sub-1', user: 'ana@example.com' }),
  principal('azure-subscription', 'Production', { account: 'sub-2', user: 'ana@example.com' }),
  principal('kube-context', 'staging', {
    isDefault: true,
    user: 'ana',
    source: { path: '/home/ana/.kube/config' },
  }),
  principal('kube-context', 'prod', { user: 'ana-admin', source: { path: '/home/ana/.kube/config' } }),
  principal('kube-context', 'edge', { source: { path: '/home/ana/.kube/edge.yaml' } }),
  principal('github-login', 'ana-dev', { isDefault: true, user: 'ana-dev', host: 'github.com' }),
  principal('github-login', 'ana-bot', { user: 'ana-bot', host: 'github.com' }),
  principal('github-login', 'ana', { isDefault: true, user: 'ana', host: 'ghe.example.com' }),
  principal('gitlab-login', 'ana-gl', { isDefault: true, user: 'ana-gl', host: 'gitlab.com' }),
  principal('git-credential', 'gh', { host: 'github.com' }),
  principal('git-credential', 'store', { host: 'code.example.com', user: 'ana' }),
  principal('npm-registry', 'registry.npmjs.org', { isDefault: true, host: 'registry.npmjs.org' }),
  principal('npm-registry', 'npm.example.com', { host: 'npm.example.com' }),
  principal('pypi-registry', 'pypi', { isDefault: true, host: 'upload.pypi.org' }),
  principal('pypi-registry', 'internal', { host: 'pypi.example.com' }),
  principal('docker-registry', 'docker.io', { isDefault: true, host: 'docker.io' }),
  principal('docker-registry', 'ghcr.example.com', { host: 'ghcr.example.com' }),
  principal('ssh-host', 'web1', { host: '192.0.2.10', user: 'deploy' }),
  principal('terraform-host', 'app.terraform.io', { host: 'app.terraform.io' }),
  principal('vault-server', 'vault.example.com:8200', { host: 'vault.example.com:8200', isDefault: true }),
  principal('netrc-host', 'api.example.com', { host: 'api.example.com', user: 'ana' }),
  principal('database-login', 'app@db.example.com/shop', {
    host: 'db.example.com',
    user: 'app',
    account: 'shop',
  }),
];

const nameOf = (id: string | undefined): string => KNOWN.find((known) => known.id === id)?.name ?? '-';

function usesOf(
  command: string,
  place: PrincipalPlace = {},
  known = KNOWN,
  platform: 'linux' | 'win32' = 'linux',
) {
  const shell = analyzeShell(command, { home: '/home/ana', cwd: '/home/ana/shop', platform });
  return principalsOf({ shell, input: { command } }, known, place);
}

/** `name of the known one or -, evidence, confidence` of each use. */
const brief = (command: string, place?: PrincipalPlace): string[] =>
  usesOf(command, place).map((found) => `${nameOf(found.principalId)} ${found.evidence} ${found.confidence}`);

const NOTHING: string[] = [];

describe('principalsOf', () => {
  it.each<[command: string, uses: string[], place?: PrincipalPlace]>([
    // aws
    ['aws s3 ls --profile prod', ['prod flag high']],
    ['aws --profile=prod sts get-caller-identity', ['prod flag high']],
    ['aws s3 ls --profile nobody', ['- flag high']],
    ['aws s3 ls --profile $P', NOTHING],
    ['AWS_PROFILE=prod aws s3 ls', ['prod environment high']],
    ['AWS_PROFILE="$(cat p)" aws s3 ls', NOTHING],
    ['export AWS_PROFILE=prod && aws s3 ls', ['prod environment high']],
    ['export AWS_PROFILE=prod; unset AWS_PROFILE; aws s3 ls', ['default default-chain medium']],
    ['env AWS_DEFAULT_PROFILE=prod aws s3 ls', ['prod environment high']],
    ['AWS_PROFILE=prod aws s3 ls --profile default', ['default flag high']],
    ['AWS_PROFILE=prod AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=y aws s3 ls', ['- environment high']],
    ['aws s3 ls', ['default default-chain medium']],
    ['aws s3 ls', ['default default-chain high'], { env: {} }],
    ['aws s3 ls', ['prod environment high'], { env: { AWS_PROFILE: 'prod' } }],
    ['source .env && aws s3 ls', ['default default-chain low']],
    ['sudo aws s3 ls', NOTHING],
    ['aws s3 ls s3://public --no-sign-request', NOTHING],
    ['aws --endpoint-url http://localhost:4566 s3 ls', NOTHING],
    ['aws configure list', NOTHING],
    ['aws --version', NOTHING],
    [
      'aws sts assume-role --role-arn arn:aws:iam::444455556666:role/x --profile prod',
      ['prod flag high', '- flag high'],
    ],
    ['aws-vault exec prod -- aws s3 ls', ['prod flag high']],
    ['op run --env-file=.env -- aws s3 ls', NOTHING],
    ['ssh web1 aws s3 ls', ['web1 remote-url high']],
    ['docker run --rm amazon/aws-cli aws s3 ls', NOTHING],
    ['cdk deploy --profile prod', ['prod flag high']],
    ['bash -lc "aws s3 ls --profile prod"', ['prod flag high']],
    // gcloud
    ['gcloud compute instances list', ['work default-chain medium']],
    ['gcloud compute instances list --configuration live', ['live flag high']],
    ['gcloud compute instances list --account robot@example.com', ['live flag high']],
    ['gcloud compute instances list --impersonate-service-account=ci@example.com', ['- flag high']],
    ['gcloud compute instances list --project shop-live', ['work default-chain medium']],
    ['CLOUDSDK_ACTIVE_CONFIG_NAME=live gcloud run deploy x', ['live environment high']],
    ['gcloud config configurations activate live && gcloud run deploy x', ['live context high']],
    ['gcloud config set account robot@example.com && gcloud run services list', ['live context high']],
    ['gcloud config list', NOTHING],
    ['gsutil cp a gs://b', ['work default-chain medium']],
    // az
    ['az vm list', ['Sandbox default-chain medium']],
    ['az vm delete -n x --subscription Production', ['Production flag high']],
    ['az vm list --subscription SUB-2', ['Production flag high']],
    ['az account set --subscription Production && az vm list', ['Production context high']],
    ['az login --service-principal -u app-1 -p secret --tenant t', ['- flag high']],
    ['az version', NOTHING],
    // kubernetes
    ['kubectl --context prod get pods', ['prod flag high']],
    ['kubectl get pods -n shop', ['staging default-chain medium']],
    ['kubectl config use-context prod && kubectl delete ns shop', ['prod context high']],
    ['kubectx prod; helm upgrade x ./chart', ['prod context high']],
    ['helm --kube-context prod upgrade x ./chart', ['prod flag high']],
    ['kubectl --kubeconfig /home/ana/.kube/edge.yaml get pods', ['edge flag medium']],
    ['KUBECONFIG=/home/ana/.kube/edge.yaml kubectl get pods', ['edge environment medium']],
    ['kubectl --kubeconfig /home/ana/.kube/config get pods', ['staging flag high']],
    ['kubectl --kubeconfig /tmp/other get pods', ['- flag medium']],
    ['kubectl --token abc get pods', ['- flag high']],
    ['kubectl config view', NOTHING],
    ['helm template ./chart', NOTHING],
    ['kubectl --context "$CTX" get pods', NOTHING],
    ['kubectl exec -it pod --context prod -- aws s3 ls', ['prod flag high']],
    // terraform
    ['terraform plan', NOTHING],
    ['terraform workspace select prod && terraform apply', ['- context high']],
    ['TF_WORKSPACE=prod terraform apply', ['- environment high']],
    ['AWS_PROFILE=prod terraform apply', ['prod environment medium']],
    ['terraform login', ['app.terraform.io flag high']],
    // code hosts
    ['gh pr list', ['ana-dev default-chain medium']],
    ['GH_TOKEN=x gh pr list', ['- environment high']],
    ['GH_HOST=ghe.example.com gh pr list', ['ana environment high']],
    ['gh api user --hostname ghe.example.com', ['ana flag high']],
    ['gh pr list -R ghe.example.com/org/repo', ['ana flag high']],
    ['gh auth switch -u ana-bot && gh pr merge 1', ['ana-bot context high']],
    ['gh api user --hostname other.example.com', ['- flag medium']],
    ['gh pr list', ['- environment high'], { env: { GITHUB_TOKEN: 'set' } }],
    ['gh --version', NOTHING],
    ['glab mr list', ['ana-gl default-chain medium']],
    ['GITLAB_TOKEN=x glab mr list', ['- environment high']],
    // git
    ['git push https://github.com/acme/shop main', ['ana-dev remote-url high']],
    ['git push https://code.example.com/shop.git', ['store remote-url high']],
    ['git push https://nobody.example.com/shop.git', NOTHING],
    ['git clone git@github.com:acme/shop.git', ['- remote-url high']],
    ['git clone web1:shop.git', ['web1 remote-url high']],
    ['git fetch ssh://deploy@git.example.com/shop', ['- remote-url high']],
    ['git push https://u:p4ss@github.com/x/y', ['- remote-url high']],
    ['git push', NOTHING],
    ['git push origin main', ['ana-dev remote-url medium'], { repository: 'https://github.com/acme/shop' }],
    ['git push fork main', NOTHING, { repository: 'https://github.com/acme/shop' }],
    ['git status', NOTHING],
    // registries
    ['docker push ghcr.example.com/acme/shop:1', ['ghcr.example.com remote-url high']],
    ['docker pull nginx', ['docker.io remote-url medium']],
    ['docker login ghcr.example.com -u ana', ['ghcr.example.com flag high']],
    ['docker push unknown.example.com/x/y', NOTHING],
    ['docker build -t ghcr.example.com/acme/shop .', NOTHING],
    ['npm publish', ['registry.npmjs.org default-chain medium']],
    ['npm publish --registry https://npm.example.com', ['npm.example.com flag high']],
    ['NPM_TOKEN=x npm publish', ['- environment high']],
    ['npm install', NOTHING],
    ['yarn npm publish', ['registry.npmjs.org default-chain medium']],
    ['twine upload dist/*', ['pypi default-chain medium']],
    ['twine upload -r internal dist/*', ['internal flag high']],
    ['UV_PUBLISH_TOKEN=x uv publish', ['- environment high']],
    // databases
    ['psql postgres://app:pw@db.example.com/shop -c "select 1"', ['app@db.example.com/shop remote-url high']],
    ['psql -h db.example.com -U app shop', ['app@db.example.com/shop flag high']],
    ['PGHOST=db.example.com PGUSER=app psql shop', ['app@db.example.com/shop environment high']],
    ['psql -h other.example.com -U root', ['- flag high']],
    ['psql', NOTHING],
    ['psql "$DATABASE_URL"', NOTHING],
    ['mysql -h db2.example.com -u root -psecret shop', ['- flag high']],
    ['mongosh mongodb+srv://ops:pw@cluster0.example.net/shop', ['- remote-url high']],
    ['redis-cli -u redis://default:pw@cache.example.com:6379', ['- remote-url high']],
    // servers
    ['ssh web1', ['web1 remote-url high']],
    ['ssh root@192.0.2.7 uptime', ['- remote-url high']],
    ['ssh -l admin host9 uptime', ['- remote-url high']],
    ['ssh $HOST', NOTHING],
    ['scp a.txt web1:/srv/', ['web1 remote-url high']],
    ['rsync -az ./ deploy@192.0.2.9:/srv', ['- remote-url high']],
    ['curl -n https://api.example.com/x', ['api.example.com flag high']],
    ['curl -u ana:pw https://other.example.com', ['- flag high']],
    ['curl https://api.example.com/x', NOTHING],
    ['vault kv get secret/x', ['vault.example.com:8200 default-chain medium']],
    ['VAULT_ADDR=https://v2.example.com vault kv get x', ['- environment high']],
    ['vault kv get -address=https://vault.example.com:8200 x', ['vault.example.com:8200 flag high']],
    ['vault kv get -address https://vault.example.com:8200 x', ['vault.example.com:8200 flag high']],
    // everything else
    ['ls -la && cat README.md', NOTHING],
    ['$TOOL s3 ls --profile prod', NOTHING],
  ])('%s', (command, uses, place) => {
    expect(brief(command, place)).toEqual(uses);
  });

  it('says in words who it was', () => {
    const words = (command: string): string[] => usesOf(command).map(({ description }) => description);
    expect(words('aws s3 ls --profile prod')).toEqual([
      'AWS profile prod (account 111122223333, role Admin)',
    ]);
    expect(words('kubectl --context prod -n pay get pods')).toEqual([
      'Kubernetes context prod as ana-admin, namespace pay',
    ]);
    expect(words('gcloud run deploy x --project shop-live')).toEqual([
      'Google Cloud configuration work as ana@example.com, project shop-live',
    ]);
    expect(words('psql -h other.example.com -U root shop')).toEqual([
      'Database login root@other.example.com/shop',
    ]);
    expect(words('GH_TOKEN=x gh pr list')).toEqual(['GitHub token from the environment, github.com']);
    expect(words('ssh web1')).toEqual(['SSH deploy@192.0.2.10']);
  });

  it('follows PowerShell variables', () => {
    const uses = usesOf('$env:AWS_PROFILE = "prod"; aws s3 ls', {}, KNOWN, 'win32');
    expect(uses).toMatchObject([{ evidence: 'environment', confidence: 'high' }]);
    expect(nameOf(uses[0]?.principalId)).toBe('prod');
  });

  it('claims no default when two homes have one', () => {
    const two = [...KNOWN, principal('aws-profile', 'default', { isDefault: true })];
    expect(usesOf('aws s3 ls', {}, two)).toEqual([]);
  });

  it('knows nothing on a machine where nothing is known, and invents nothing', () => {
    const names = [
      'aws s3 ls',
      'gcloud run list',
      'az vm list',
      'kubectl get pods',
      'gh pr list',
      'glab mr list',
      'npm publish',
      'docker push x.example.com/y',
      'twine upload x',
      'vault read x',
      'git push origin',
      'psql',
      'terraform apply',
    ];
    for (const command of names) expect(usesOf(command, {}, []), command).toEqual([]);
  });

  it('repeats no secret', () => {
    const token = ['ghp_', 'x'.repeat(36)].join('');
    const commands = [
      `curl -u ${token}: https://api.example.com`,
      `curl https://${token}@api.example.com/`,
      `git push https://ana:${token}@github.com/x/y`,
      `psql postgres://app:${token}@db.example.com/shop`,
      `psql postgres://${token}@db.example.com/shop`,
      `mysql -h db -u ${token} shop`,
      `aws s3 ls --profile ${token}`,
      `kubectl --token ${token} get pods`,
      `GH_TOKEN=${token} gh pr list`,
      `ssh ${token}@host9`,
      `redis-cli -u redis://default:${token}@cache.example.com`,
      `docker login ghcr.example.com -u ${token} -p ${token}`,
    ];
    for (const command of commands) expect(JSON.stringify(usesOf(command)), command).not.toContain(token);
  });

  it('names every program once and by its canonical name', () => {
    expect(Object.keys(PRINCIPAL_PROGRAMS).every((name) => name === name.toLowerCase())).toBe(true);
    expect(Object.keys(PRINCIPAL_PROGRAMS).length).toBeGreaterThan(50);
  });

  it('never throws, stays in shape and is the same twice, whatever the line', () => {
    const word = fc.constantFrom(
      ...Object.keys(PRINCIPAL_PROGRAMS),
      '--profile',
      '--context',
      '-u',
      '--host',
      'prod',
      '://',
      'a:b@c',
      '$X',
      '&&',
      ';',
      '|',
      '--',
      '-R',
      'config use-context',
      'account set',
      '--subscription',
      'GH_TOKEN=',
      'export',
      '"',
      "'",
      '\u0000',
      'constructor',
      '__proto__',
      'push',
      'publish',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string({ maxLength: 10 })), { maxLength: 25 }), (words) => {
        const command = words.join(' ');
        const uses = usesOf(command);
        for (const found of uses) expect(PrincipalUse.parse(found)).toEqual(found);
        expect(usesOf(command)).toEqual(uses);
      }),
      { numRuns: 500 },
    );
  });

  it('stays quick on long lines', () => {
    expectLinear((size) => {
      for (const command of [
        `aws s3 ls --profile ${'a'.repeat(size)}`,
        `psql ${'postgres://'.repeat(size / 11)}`,
        `curl ${'https://a:'.repeat(size / 10)}@b`,
        `git push ${'a@'.repeat(size / 2)}:x`,
        'aws s3 ls;'.repeat(size / 10),
        `ssh ${'a.'.repeat(size / 2)}@`,
      ])
        usesOf(command);
    }, 60_000);
  });
});
