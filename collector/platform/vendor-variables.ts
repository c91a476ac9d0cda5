/** Variables that move folders of agents and of the programs they use; everything else in the environment is nobody's business here. */
const VENDOR_VARIABLES = [
  'PATH',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_STATE_HOME',
  'XDG_CACHE_HOME',
  'APPDATA',
  'LOCALAPPDATA',
  'ProgramFiles',
  'ProgramData',
  'CLAUDE_CONFIG_DIR',
  'CLAUDE_SECURESTORAGE_CONFIG_DIR',
  'CODEX_HOME',
  'COPILOT_HOME',
  'CURSOR_CONFIG_DIR',
  'CURSOR_DATA_DIR',
  'GEMINI_CLI_HOME',
  'OPENCODE_CONFIG',
  'OPENCODE_CONFIG_DIR',
  'OPENCODE_DB',
  'QWEN_HOME',
  'QWEN_RUNTIME_DIR',
  'FACTORY_HOME_OVERRIDE',
  'PI_CODING_AGENT_DIR',
  'PI_CODING_AGENT_SESSION_DIR',
  'OPENCLAW_STATE_DIR',
  'CLINE_DIR',
  'CLINE_DATA_DIR',
  'KIMI_CODE_HOME',
  'KIMI_SHARE_DIR',
  'KIRO_HOME',
  'CONTINUE_GLOBAL_DIR',
  'HERMES_HOME',
  'VIBE_HOME',
  'NVM_DIR',
  'FNM_DIR',
  'VOLTA_HOME',
  'PNPM_HOME',
  'BUN_INSTALL',
  'SCOOP',
  'npm_config_prefix',
  // Where command-line programs keep the accounts they can act as.
  'AWS_CONFIG_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'CLOUDSDK_CONFIG',
  'AZURE_CONFIG_DIR',
  'KUBECONFIG',
  'GH_CONFIG_DIR',
  'GLAB_CONFIG_DIR',
  'DOCKER_CONFIG',
  'NPM_CONFIG_USERCONFIG',
  'PIP_CONFIG_FILE',
  'TF_CLI_CONFIG_FILE',
  'NETRC',
  'PGPASSFILE',
] as const;

/** Empty values count as not set, as they do for the XDG folders. */
export function vendorVariables(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    VENDOR_VARIABLES.flatMap((name) => {
      const value = environment[name];
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
}
