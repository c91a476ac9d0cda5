import type { PathPattern } from './pattern.ts';

/** Version control, build servers and package managers. */
export const REPOSITORY: readonly PathPattern[] = [
  {
    class: 'git-hooks',
    parts: ['/.git/hooks/', '/.husky/', '/.githooks/', '/.git-templates/', '/git-core/templates/hooks/'],
    ends: ['/.git/hooks', '/lefthook.yml', '/.pre-commit-config.yaml'],
  },
  {
    class: 'git-config',
    home: ['.gitconfig', '.config/git/config', '.config/git/attributes'],
    root: ['/etc/gitconfig'],
    ends: ['/.git/config', '/.gitmodules', '/.git/info/attributes', '/.git/config.worktree'],
  },
  { class: 'git-internal', parts: ['/.git/'], ends: ['/.git', '/.hg', '/.svn'] },
  {
    class: 'ci-config',
    parts: [
      '/.github/workflows/',
      '/.github/actions/',
      '/.circleci/',
      '/.buildkite/',
      '/.gitea/workflows/',
      '/.forgejo/workflows/',
    ],
    names: [
      '.gitlab-ci.yml',
      'jenkinsfile',
      'azure-pipelines.yml',
      'bitbucket-pipelines.yml',
      '.travis.yml',
      'codeowners',
      '.drone.yml',
      'cloudbuild.yaml',
    ],
  },
  {
    class: 'package-config',
    names: ['.npmrc', 'pip.conf', 'pip.ini', '.yarnrc', '.yarnrc.yml', 'bunfig.toml', '.condarc', 'uv.toml'],
    ends: [
      '/.cargo/config.toml',
      '/.cargo/config',
      '/.pip/pip.conf',
      '/etc/apt/sources.list',
      '/nuget.config',
    ],
    root: ['/etc/apt/sources.list.d/', '/etc/yum.repos.d/'],
  },
];
