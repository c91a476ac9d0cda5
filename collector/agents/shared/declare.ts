import type {
  AssetSource,
  AgentDiscovery,
  ConfigSource,
  FileFormat,
  InstallProbe,
} from '../spec-discovery.ts';
import { readMcpFile } from './readings.ts';

/** Discovery of a product with nothing in the parts that are left out. */
export function discovery(
  parts: Partial<AgentDiscovery> & Pick<AgentDiscovery, 'installs' | 'process'>,
): AgentDiscovery {
  return { markers: [], configs: [], credentials: [], assets: [], secretVariables: [], ...parts };
}

/** Files with MCP servers in the common shape, JSON unless told. */
export function mcpFiles(scope: ConfigSource['scope'], ...paths: readonly string[]): readonly ConfigSource[] {
  return paths.map((path) => ({ scope, format: 'json', path, read: readMcpFile }));
}

/** One file, one reader. */
export function config(
  scope: ConfigSource['scope'],
  path: string,
  read: ConfigSource['read'],
  format: FileFormat = 'json',
): ConfigSource {
  return { scope, format, path, read };
}

/** Instruction files. */
export function rules(scope: AssetSource['scope'], ...paths: readonly string[]): readonly AssetSource[] {
  return paths.map((path) => ({ kind: 'instructions', scope, path, role: 'instructions' }));
}

/** Folders of skills: each child folder holds a `SKILL.md`. */
export function skills(scope: AssetSource['scope'], ...folders: readonly string[]): readonly AssetSource[] {
  return folders.map((folder) => ({
    kind: 'skill',
    scope,
    path: `${folder}/*/SKILL.md`,
    role: 'skill',
    nameFrom: 'folder',
  }));
}

/** Commands and workflows a person can call by name. */
export function commands(scope: AssetSource['scope'], ...paths: readonly string[]): readonly AssetSource[] {
  return paths.map((path) => ({ kind: 'command', scope, path, role: 'command' }));
}

/** Sub-agents. */
export function subagents(scope: AssetSource['scope'], ...paths: readonly string[]): readonly AssetSource[] {
  return paths.map((path) => ({ kind: 'subagent', scope, path, role: 'subagent' }));
}

/** Where an Electron application usually is, by its name on macOS and its folder on Windows. */
export function desktopApp(name: string, folder = name): readonly InstallProbe[] {
  return [
    { kind: 'bundle', name },
    {
      kind: 'path',
      method: 'installer',
      path: `{localAppData}/Programs/${folder}/${folder}.exe`,
      on: ['win32'],
    },
  ];
}
