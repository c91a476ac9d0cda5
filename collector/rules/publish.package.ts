import type { Severity } from '../contract/finding.ts';
import type { ShellCommand } from '../contract/shell.ts';
import type { EventRule, Match } from './rule.ts';
import { askedFor } from './shared/asked.ts';
import { canonicalName, describeCommand, findOption, hasFlag, subcommandOf } from './shared/commands.ts';
import { isLocalHost, parseUrl } from './shared/hosts.ts';
import { onCall } from './shared/on-call.ts';

export const publishPackage: EventRule = {
  on: 'event',
  id: 'publish.package',
  code: 'B-36',
  title: 'Package or release published',
  severity: 'high',
  confidence: 'high',
  why: 'What is published is installed by others at once and can rarely be taken back. A poisoned release reaches all of them.',
  triage: 'Compare what was published with the last release, and see who asked for it.',
  advice: 'Withdraw the version if you did not want it, and let only your pipeline publish.',
  falsePositives: ['Releases you asked for (reported as low).', 'Tries and local registries (not reported).'],
  references: [
    'https://attack.mitre.org/techniques/T1195/002/',
    'https://atlas.mitre.org/techniques/AML.T0115',
  ],
  taxonomies: { attack: ['T1195.002'], atlas: ['AML.T0115', 'AML.T0048'], owasp: ['ASI04'] },
  bundles: ['CHG', 'SUP'],
  habit: ['lower', 'raise'],
  trigger: {
    programs: [
      'npm publish',
      'npm dist-tag',
      'pnpm publish',
      'yarn publish',
      'yarn npm',
      'bun publish',
      'lerna publish',
      'changeset publish',
      'np',
      'twine upload',
      'python twine',
      'uv publish',
      'poetry publish',
      'flit publish',
      'hatch publish',
      'pdm publish',
      'cargo publish',
      'gem push',
      'dotnet push',
      'nuget push',
      'mvn deploy',
      'gradle publish',
      'vsce publish',
      'ovsx publish',
      'docker push',
      'podman push',
      'gh release',
      'jsr publish',
      'deno publish',
      'clawhub publish',
      'clawdhub publish',
      'publish-module',
      'npx vsce',
      'npx @vscode/vsce',
      'npx jsr',
      'npx np',
      'npx lerna',
      'npx changeset',
    ],
  },
  match: onCall((event, context) => {
    const asked = askedFor(context, [
      'publish',
      'release',
      'push the image',
      'push the container',
      'ship',
      'upload',
    ]);
    return (event.shell?.commands ?? []).flatMap((command): Match[] => {
      const published = command.elsewhere ? undefined : publishes(command);
      if (published === undefined) return [];
      const [what, severity] = published;
      return [
        {
          subject: what,
          detail: `The agent ran "${what}".`,
          severity: asked || severity === 'low' ? 'low' : severity,
          excerpt: describeCommand(command),
        },
      ];
    });
  }),
  examples: {
    hit: [
      { name: 'npm', calls: [{ shell: 'npm publish --access public' }] },
      { name: 'pnpm in a folder', calls: [{ shell: 'cd packages/core && pnpm publish --no-git-checks' }] },
      { name: 'nested shell', calls: [{ shell: `bash -c 'npm version patch && npm publish'` }] },
      { name: 'python', calls: [{ shell: 'python -m twine upload dist/*' }] },
      { name: 'uv', calls: [{ shell: 'uv publish dist/*' }] },
      { name: 'cargo', calls: [{ shell: 'cargo publish -p core' }] },
      { name: 'gem', calls: [{ shell: 'gem push app-1.0.gem' }] },
      { name: 'editor extension', calls: [{ shell: 'npx vsce publish' }] },
      { name: 'release page', calls: [{ shell: 'gh release create v2.0.0 dist/*' }] },
      { name: 'container image (low)', calls: [{ shell: 'docker push acme/app:latest' }] },
      { name: 'tag moved', calls: [{ shell: 'npm dist-tag add core@1.2.3 latest' }] },
      {
        name: 'PowerShell',
        platform: 'win32',
        calls: [{ shell: 'Publish-Module -Name Acme.Tools -NuGetApiKey $key', dialect: 'powershell' }],
      },
    ],
    miss: [
      { name: 'try', guards: 'dry runs', calls: [{ shell: 'npm publish --dry-run' }] },
      { name: 'cargo try', guards: 'dry runs', calls: [{ shell: 'cargo publish --dry-run' }] },
      {
        name: 'local registry',
        guards: 'tests of publishing',
        calls: [{ shell: 'npm publish --registry http://localhost:4873' }],
      },
      {
        name: 'packing',
        guards: 'building the archive',
        calls: [{ shell: 'npm pack && twine check dist/*' }],
      },
      {
        name: 'script of that name',
        guards: "the project's own script",
        calls: [{ shell: 'npm run publish:docs' }],
      },
      {
        name: 'draft',
        guards: 'a draft is seen by nobody',
        calls: [{ shell: 'gh release create v2.0.0 --draft --notes x' }],
      },
      { name: 'looking', guards: 'reading', calls: [{ shell: 'gh release list && npm view core versions' }] },
      {
        name: 'image of this machine',
        guards: 'local registries',
        calls: [{ shell: 'docker push localhost:5000/app:dev' }],
      },
      {
        name: 'gradle to this machine',
        guards: 'local publishing',
        calls: [{ shell: './gradlew publishToMavenLocal' }],
      },
      { name: 'git', guards: 'pushing commits', calls: [{ shell: 'git push origin main' }] },
    ],
  },
};

const PUBLISHERS: ReadonlyMap<string, RegExp> = new Map([
  ['npm', /^(?:publish|dist-tag add)/],
  ['pnpm', /^publish/],
  ['yarn', /^(?:publish|npm publish)/],
  ['bun', /^publish/],
  ['lerna', /^publish/],
  ['changeset', /^publish/],
  ['np', /^/],
  ['twine', /^upload/],
  ['uv', /^publish/],
  ['poetry', /^publish/],
  ['flit', /^publish/],
  ['hatch', /^publish/],
  ['pdm', /^publish/],
  ['cargo', /^publish/],
  ['gem', /^push/],
  ['dotnet', /^nuget push/],
  ['nuget', /^push/],
  ['mvn', /(?:^|\s)deploy(?:\s|$)/],
  ['gradle', /(?:^|\s)publish(?:AllPublications|PluginPublication|\s|$)/],
  ['vsce', /^publish/],
  ['ovsx', /^publish/],
  ['jsr', /^publish/],
  ['deno', /^publish/],
  ['clawhub', /^publish/],
  ['clawdhub', /^publish/],
  ['publish-module', /^/],
]);

function publishes(command: ShellCommand): readonly [string, Severity] | undefined {
  const { args } = command;
  if (hasFlag(args, 'dry-run', 'dryrun', 'help', 'version') && !args.includes('patch')) return undefined;
  const registry = findOption(args, [
    '--registry',
    '--repository-url',
    '--index',
    '--publish-url',
    '--source',
    '-s',
  ]);
  const host = registry === undefined ? undefined : parseUrl(registry)?.host;
  if (host !== undefined && isLocalHost(host)) return undefined;
  let name = canonicalName(command.program);
  let { words } = subcommandOf(command);
  if (name === 'python' && args[0] === '-m' && args[1] === 'twine') {
    name = 'twine';
    words = args.slice(2);
  } else if (name === 'npx') {
    name = (words[0] ?? '').replace(/^@vscode\//, '').replace(/@.*$/s, '');
    words = words.slice(1);
  }
  const line = words.join(' ');
  if (name === 'docker' || name === 'podman') {
    const image = words.at(-1) ?? '';
    const pushes = words[0] === 'push' || line.startsWith('image push');
    return pushes && !/^(?:localhost|127\.0\.0\.1|registry\.local|host\.docker\.internal)[:/]/.test(image)
      ? [`${name} push ${image.slice(0, 100)}`, 'low']
      : undefined;
  }
  if (name === 'gh') {
    if (words[0] !== 'release' || !/^(?:create|upload|edit)$/.test(words[1] ?? '')) return undefined;
    return hasFlag(args, 'draft', 'd')
      ? undefined
      : [`gh release ${words[1] ?? ''}`, words[1] === 'create' ? 'medium' : 'low'];
  }
  return PUBLISHERS.get(name)?.test(line) === true
    ? // A release at the end of a day's work looks the same as a stolen one: worth a look, not an alarm.
      [`${name} ${words[0] ?? ''}`.trimEnd(), host === undefined ? 'medium' : 'high']
    : undefined;
}
