import type { UnknownAgentFacts } from '../contract/agent.ts';
import type { Connection } from '../contract/connection.ts';
import { processId, type ProcessInfo, type ProcessKey } from '../contract/process.ts';
import { modelVendorOf } from '../rules/shared/model-hosts.ts';
import { programOf, scriptOf, shellTextOf } from '../rules/shared/process-look.ts';

type Evidence = UnknownAgentFacts['evidence'][number];
type Confidence = UnknownAgentFacts['confidence'];

/** What is known of the machine when the question is asked. */
export interface BehaviourFacts {
  readonly processes: readonly ProcessInfo[];
  /** An agent of the catalogue. */
  isKnown(process: ProcessInfo): boolean;
  /** The configuration of a known agent, or a known package, says that this is an MCP server. */
  isMcpServer(process: ProcessInfo): boolean;
  /** Commands that were given to shells right below this process, counted since it was first seen. */
  shellsBelow(key: ProcessKey): number;
  /** A file with MCP servers of a program of that name; its path. */
  mcpConfigOf(program: string): string | undefined;
}

/** Something that behaves like an agent; whether it talks to a model is still to be asked. */
export interface Candidate {
  readonly process: ProcessInfo;
  /** Its helpers: their connections count as its own. */
  readonly helpers: readonly ProcessKey[];
  readonly evidence: readonly Evidence[];
}

export interface UnknownAgent {
  readonly confidence: Confidence;
  readonly evidence: readonly Evidence[];
  readonly process: ProcessInfo;
  /** What people would call it. */
  readonly name: string;
}

/** These host other people's programs, or agents that are known by their extensions: never listed by behaviour. */
const HOSTS =
  /^(?:chrom(?:e|ium)|google-chrome|firefox|safari|msedge|brave|opera|vivaldi|arc|code|code-oss|codium|vscodium|cursor|windsurf|idea|pycharm|webstorm|goland|clion|rider|studio|xcode|devenv|sublime_text|emacs|n?vim|nano|helix|zed|tmux|screen|sshd?|login|su|sudo|doas|init|systemd|launchd|services|explorer|dockerd|containerd(?:-shim.*)?|podman|crond?|gnome-.*|kde.*|konsole|xterm|alacritty|kitty|wezterm.*|ghostty|iterm2?|terminal|windowsterminal|conhost|wslhost|runsv|supervisord|s6-.*|tini|dumb-init|bwrap|reeve)$/;
/** Everyday tools that start shells and fetch things; listed only when everything speaks for an agent. */
const ORDINARY =
  /^(?:(?:ba|z|da|k|fi|a|c|tc)?sh|pwsh|powershell|cmd|curl|wget|httpie?|aria2c|git|gh|glab|npm|npx|pnpm|yarn|bun|bunx|pip|pipx|uv|uvx|poetry|cargo|rustc|go|gopls|make|g?make|ninja|cmake|gradlew?|mvn|ant|bazel|docker|kubectl|helm|terraform|ansible.*|vitest|jest|mocha|pytest|playwright|cypress|eslint|prettier|tsc|tsserver|nodemon|vite|webpack|rollup|esbuild|next|turbo|nx|.*(?:language-?server|lsp|-ls)|rust-analyzer|clangd|pyright.*|pylsp|jdtls|rsync|ssh|scp|tar|find|xargs|env|timeout|watch|parallel|entr|direnv|jupyter.*|ipython)$/;
const MCP_FLAG = /^--?mcp[-_]?(?:config|server|servers)?(?:=|$)/i;
const MCP_FILE =
  /(?:^|[\\/=])(?:\.?mcp|mcp[-_](?:config|servers?|settings)|claude_desktop_config)\.(?:json[c5]?|ya?ml|toml)$/i;
const MAX_CANDIDATES = 64;
const MAX_HELPERS = 16;
const WEIGHT: Readonly<Record<Evidence['kind'], number>> = {
  'model-host': 3,
  marker: 3,
  'mcp-server': 2,
  'mcp-config': 2,
  'tool-shells': 1,
};

/**
 * Programs that do one of the things agents do: start MCP servers, read a list of them, give commands to shells, leave an
 * agent's marker in what they start. What a known agent started is that agent's, and is left out. Pure.
 */
export function agentCandidates(facts: BehaviourFacts): readonly Candidate[] {
  const byPid = new Map(facts.processes.map((process) => [process.pid, process]));
  const below = new Map<number, ProcessInfo[]>();
  for (const process of facts.processes) {
    const known = below.get(process.parentPid);
    if (known === undefined) below.set(process.parentPid, [process]);
    else known.push(process);
  }
  const found: Candidate[] = [];
  for (const process of facts.processes) {
    if (found.length >= MAX_CANDIDATES) break;
    if (HOSTS.test(programOf(process)) || isBelowKnown(process, byPid, facts)) continue;
    const children = below.get(process.pid) ?? [];
    const evidence = [
      ...mcpServers(children, facts),
      ...mcpConfig(process, facts),
      ...toolShells(process, children, facts),
      ...markers(process, children),
    ];
    if (evidence.length === 0) continue;
    const helpers = children.filter((child) => shellTextOf(child) === undefined && !facts.isMcpServer(child));
    found.push({ process, helpers: helpers.slice(0, MAX_HELPERS), evidence });
  }
  return found;
}

/** Judges candidates by whom they talk to. @param connections of the candidates and their helpers. Pure. */
export function unknownAgents(
  candidates: readonly Candidate[],
  connections: readonly Pick<Connection, 'process' | 'remote'>[],
  namesOf: (address: string) => readonly string[],
  localModels: ReadonlyMap<number, string>,
): readonly UnknownAgent[] {
  const byProcess = Map.groupBy(connections, ({ process }) => processId(process));
  return candidates.flatMap(({ process, helpers, evidence: before }): UnknownAgent[] => {
    const own = [process, ...helpers].flatMap((one) => byProcess.get(processId(one)) ?? []);
    const model = own.flatMap(({ remote }) => {
      const detail = remote === undefined ? undefined : modelBehind(remote, namesOf, localModels);
      return detail === undefined ? [] : [{ kind: 'model-host' as const, detail }];
    })[0];
    const evidence = model === undefined ? before : [model, ...before];
    const kinds = new Set(evidence.map(({ kind }) => kind));
    const weight = [...kinds].reduce((sum, kind) => sum + WEIGHT[kind], 0);
    // One sign alone is ordinary: a dashboard asks a model, a build gives commands to shells, a test starts a server.
    if (kinds.size < 2 || weight < 3) return [];
    const confidence =
      weight >= 6 || (kinds.size >= 3 && kinds.has('model-host')) ? 'high' : weight >= 4 ? 'medium' : 'low';
    const name = scriptOf(process);
    if ((ORDINARY.test(name) || ORDINARY.test(programOf(process))) && confidence !== 'high') {
      if (!isInterpreter(process) || ORDINARY.test(name)) return [];
    }
    return [{ process, name, confidence, evidence }];
  });
}

function modelBehind(
  { address, port }: { readonly address: string; readonly port: number },
  namesOf: (address: string) => readonly string[],
  localModels: ReadonlyMap<number, string>,
): string | undefined {
  for (const host of namesOf(address)) {
    const vendor = modelVendorOf(host);
    if (vendor !== undefined) return `talks to ${host} (${vendor})`;
  }
  // The one vendor that publishes addresses of its own (160.79.104.0/21, 2607:6bc0::/48; API documentation, 2026-11).
  if (/^160\.79\.1(?:0[4-9]|1[01])\.\d+$/.test(address) || /^2607:6bc0:/i.test(address))
    return 'talks to an address of Anthropic';
  const runtime = /^(?:127\.|::1$)/.test(address) ? localModels.get(port) : undefined;
  return runtime === undefined ? undefined : `talks to ${runtime} on this machine`;
}

function mcpServers(children: readonly ProcessInfo[], facts: BehaviourFacts): readonly Evidence[] {
  const servers = children.filter((child) => facts.isMcpServer(child));
  const [first] = servers;
  if (first === undefined) return [];
  const more = servers.length > 1 ? ` and ${servers.length - 1} more` : '';
  return [{ kind: 'mcp-server', detail: `starts MCP servers: ${scriptOf(first)}${more}` }];
}

function mcpConfig(process: ProcessInfo, facts: BehaviourFacts): readonly Evidence[] {
  const args = process.argv.slice(1, 64);
  // A server of its own kind is started with such words too; an agent is told where its list is.
  const named = args.find((arg) => MCP_FILE.test(arg)) ?? args.find((arg) => MCP_FLAG.test(arg));
  if (named !== undefined) {
    const file = MCP_FILE.exec(named)?.[0].replace(/^[\\/=]/, '');
    return [{ kind: 'mcp-config', detail: `is started with ${file ?? 'a list of MCP servers'}` }];
  }
  const program = scriptOf(process);
  const path = ORDINARY.test(program) ? undefined : facts.mcpConfigOf(program);
  return path === undefined ? [] : [{ kind: 'mcp-config', detail: `has a list of MCP servers in ${path}` }];
}

function toolShells(
  process: ProcessInfo,
  children: readonly ProcessInfo[],
  facts: BehaviourFacts,
): readonly Evidence[] {
  const now = children.filter((child) => shellTextOf(child) !== undefined || isWindowsShell(child)).length;
  const count = Math.max(now, facts.shellsBelow(process));
  return count === 0
    ? []
    : [{ kind: 'tool-shells', detail: `gave ${count} command${count === 1 ? '' : 's'} to a shell` }];
}

function isWindowsShell({ argv }: ProcessInfo): boolean {
  return (
    /(?:^|[\\/])(?:cmd|powershell|pwsh)(?:\.exe)?$/i.test(argv[0] ?? '') &&
    /^[-/](?:c|command|encodedcommand)$/i.test(argv[1] ?? '')
  );
}

/** Marks an agent leaves in what it starts, on a child and not on the process itself. */
function markers(process: ProcessInfo, children: readonly ProcessInfo[]): readonly Evidence[] {
  const own = new Set(Object.keys(process.markers ?? {}));
  for (const child of children) {
    const name = Object.keys(child.markers ?? {}).find((one) => !own.has(one) && one !== 'REEVE_SESSION');
    if (name !== undefined) return [{ kind: 'marker', detail: `sets ${name} for what it starts` }];
  }
  return [];
}

function isInterpreter(process: ProcessInfo): boolean {
  return scriptOf(process) !== programOf(process);
}

const MAX_DEPTH = 64;

function isBelowKnown(
  process: ProcessInfo,
  byPid: ReadonlyMap<number, ProcessInfo>,
  facts: BehaviourFacts,
): boolean {
  let at: ProcessInfo | undefined = process;
  for (let depth = 0; at !== undefined && depth < MAX_DEPTH; depth++) {
    if (facts.isKnown(at)) return true;
    at = at.parentPid === at.pid ? undefined : byPid.get(at.parentPid);
  }
  return false;
}
