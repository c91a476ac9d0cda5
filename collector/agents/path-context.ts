/** Where a home is and what it runs on: an argument, so every OS is testable from one. */
export interface PathContext {
  readonly platform: 'linux' | 'darwin' | 'win32';
  /** Absolute, in the platform's own spelling. */
  readonly home: string;
  /** Only variables that move vendor folders (`CLAUDE_CONFIG_DIR`, `XDG_DATA_HOME`, `APPDATA`); empty for a foreign home. */
  readonly env: Readonly<Record<string, string | undefined>>;
}
