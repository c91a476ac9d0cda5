/** Variables that move where packages come from. Documentation of each tool, checked 2026-11-22. */
const INDEX =
  /^(?:npm_config_registry|NPM_CONFIG_REGISTRY|YARN_REGISTRY|YARN_NPM_REGISTRY_SERVER|PIP_INDEX_URL|PIP_EXTRA_INDEX_URL|UV_INDEX_URL|UV_DEFAULT_INDEX|UV_EXTRA_INDEX_URL|UV_INDEX|POETRY_REPOSITORIES_\w{1,60}_URL|GOPROXY|BUNDLE_MIRROR\w{0,60}|CARGO_REGISTRIES_\w{1,60}_INDEX|GEM_SOURCE|HOMEBREW_(?:BOTTLE_DOMAIN|API_DOMAIN|BREW_GIT_REMOTE))$/;

/** Variables, and the values of them, that switch a check off. */
const UNCHECKED: Readonly<Record<string, RegExp>> = {
  NODE_TLS_REJECT_UNAUTHORIZED: /^["']?0/,
  GIT_SSL_NO_VERIFY: /^(?:1|true)/i,
  PYTHONHTTPSVERIFY: /^0/,
  GOSUMDB: /^off$/,
  GOFLAGS: /-insecure/,
  GOINSECURE: /./,
  npm_config_strict_ssl: /^(?:false|0)/,
};

/** Variables, and the values of them, that stop the shell from keeping its history. */
const HISTORY: Readonly<Record<string, RegExp>> = {
  HISTFILE: /^(?:\/dev\/null|''|"")?$/,
  HISTSIZE: /^0$/,
  HISTFILESIZE: /^0$/,
  SAVEHIST: /^0$/,
};

export type VariableRisk = 'index' | 'unchecked' | 'no-history';

/** What setting a variable does to packages, checks or the history; for most nothing. */
export function variableRisk(name: string, value: string): VariableRisk | undefined {
  if (holds(HISTORY, name, value)) return 'no-history';
  if (holds(UNCHECKED, name, value)) return 'unchecked';
  return INDEX.test(name) ? 'index' : undefined;
}

function holds(table: Readonly<Record<string, RegExp>>, name: string, value: string): boolean {
  return Object.hasOwn(table, name) && table[name]?.test(value) === true;
}

/** `true` for a word `NAME=value` that `variableRisk` says something about; cheap for words that are none. */
export function isRiskyAssignment(word: string): boolean {
  const at = word.indexOf('=');
  return at > 3 && at < 80 && variableRisk(word.slice(0, at), word.slice(at + 1)) !== undefined;
}
