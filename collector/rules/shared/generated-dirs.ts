/**
 * Folders whose whole content is made again by a command: deleting them is ordinary work.
 * Names are compared as written by the build tools (lower case on every OS).
 */
const GENERATED = new Set([
  'node_modules',
  'dist',
  'build',
  'out',
  'output',
  'target',
  'bin',
  'obj',
  'coverage',
  '.nyc_output',
  '.next',
  '.nuxt',
  '.svelte-kit',
  '.astro',
  '.turbo',
  '.parcel-cache',
  '.vite',
  '.cache',
  'cache',
  'caches',
  '.angular',
  '.expo',
  '.docusaurus',
  '.vercel',
  '.netlify',
  '.serverless',
  '.aws-sam',
  '.terraform',
  '.pytest_cache',
  '.mypy_cache',
  '.ruff_cache',
  '.tox',
  '.nox',
  '__pycache__',
  '.ipynb_checkpoints',
  '.eggs',
  'venv',
  '.venv',
  'env',
  '.gradle',
  '.dart_tool',
  'pods',
  'deriveddata',
  '.build',
  'cmakefiles',
  'cmake-build-debug',
  'cmake-build-release',
  '_build',
  'deps',
  '.elixir_ls',
  '.stack-work',
  'dist-newstyle',
  'bazel-out',
  '.bazel',
  'vendor',
  'bower_components',
  'tmp',
  'temp',
  '.tmp',
  'logs',
  'log',
  'site',
  '_site',
  'public',
  'storybook-static',
  'playwright-report',
  'test-results',
  'htmlcov',
  'reports',
  'allure-results',
  '.eslintcache',
  '.sass-cache',
  '.yarn',
  '.pnpm-store',
  '.swc',
  '.wrangler',
  '.rush',
  'lcov-report',
  'wandb',
  'mlruns',
  'checkpoints',
  'lightning_logs',
  '.dvc',
  'cdk.out',
  '.output',
  'generated',
  'gen',
  '.generated',
  'release',
  'debug',
  'artifacts',
  '.worktrees',
  'worktrees',
]);

/** Folders of the machine's own throw-away files. */
const TEMPORARY = [
  '/tmp/',
  '/var/tmp/',
  '/private/tmp/',
  '/var/folders/',
  '/private/var/folders/',
  '/dev/shm/',
  '/run/user/',
];

/** Caches below a home that tools fill again by themselves. */
const HOME_CACHES =
  /^(?:\.cache|library\/caches|library\/developer\/xcode\/deriveddata|\.npm|\.gradle|\.bun\/install\/cache|\.deno|\.ivy2\/cache|\.sbt|\.conan2?|\.ccache|\.nv|downloads\/[^/]+(?=\/|$)|\.m2\/repository|\.cargo\/registry|\.pnpm-store|\.yarn\/cache|\.nuget\/packages|go\/pkg|\.expo|\.android\/avd|appdata\/local\/temp|appdata\/local\/npm-cache|\.local\/share\/trash|\.trash)(?:\/|$)/;

/**
 * `true` when a path is a folder of generated or temporary files, or lies in one.
 * @param folded lower-case absolute path with forward slashes
 * @param belowHome the part below a home, if it is there
 */
export function isGenerated(folded: string, belowHome: string | undefined): boolean {
  for (const prefix of TEMPORARY) {
    if (folded.startsWith(prefix) && folded.length > prefix.length) return true;
  }
  if (belowHome !== undefined && HOME_CACHES.test(belowHome)) return true;
  const parts = (belowHome ?? folded).split('/');
  return parts.some(
    (part) =>
      GENERATED.has(part) ||
      /^(?:cmake-build-|bazel-|\.?tmp[-_.]|test-?output)/.test(part) ||
      part.endsWith('.egg-info'),
  );
}
