import type { StoredEvent } from '../../contract/stored.ts';
import type { ShellCommand } from '../../contract/shell.ts';
import { analyzeShell } from '../shell/index.ts';
import { subcommandOf } from '../../rules/shared/subcommands.ts';
import { allowRisk } from '../../rules/shared/wildcards.ts';

interface Use {
  calls: number;
  lastMs: number;
}

/** One simple command as it was run, with the prefix that a careful person would allow for it. */
export interface CommandUse extends Use {
  readonly text: string;
  readonly prefix: string;
  /** No prefix is safe to allow: only the command itself. */
  readonly exact: boolean;
}

/** What one agent did in the window. */
export interface AgentUsage {
  toolCalls: number;
  readonly tools: Map<string, Use>;
  readonly commands: Map<string, CommandUse>;
  /** `server\0tool` as in the log. */
  readonly mcp: Map<string, Use>;
  readonly hosts: Map<string, Use>;
}

/** Different commands remembered per agent; what comes after is not looked at, and said to be so. */
const MAX_COMMANDS = 20_000;

export class Usage {
  readonly agents = new Map<string, AgentUsage>();
  toolCalls = 0;
  /** Calls left out: they are evidence of a finding, and what an attack used is no reason to allow it. */
  suspect = 0;
  truncated = false;
  readonly #suspects: ReadonlySet<string>;

  constructor(suspects: ReadonlySet<string> = new Set()) {
    this.#suspects = suspects;
  }

  add(event: StoredEvent, home: string): void {
    if (event.kind !== 'tool.call' || event.tool === undefined) return;
    this.toolCalls++;
    if (this.#suspects.has(event.id)) {
      this.suspect++;
      return;
    }
    const agent = this.#agent(event.agentId);
    agent.toolCalls++;
    const { tool, timeMs } = event;
    count(agent.tools, tool.name, timeMs);
    if (tool.mcpServer !== undefined)
      count(agent.mcp, `${tool.mcpServer}\0${tool.mcpTool ?? tool.name}`, timeMs);
    if (tool.category === 'web')
      for (const resource of event.resources)
        if (resource.kind === 'host') count(agent.hosts, resource.value, timeMs);
    const command = event.input?.['command'];
    if (tool.category === 'shell' && typeof command === 'string')
      this.#addCommand(agent, command, home, timeMs);
  }

  #addCommand(agent: AgentUsage, line: string, home: string, timeMs: number): void {
    // Depth 0: the agent's own check looks at what was written, part by part, not inside wrappers.
    const { commands } = analyzeShell(line, { home, platform: 'linux' });
    for (const one of commands) {
      if (one.depth !== 0) continue;
      const text = [one.program, ...one.args].join(' ');
      const known = agent.commands.get(text);
      if (known !== undefined) {
        known.calls++;
        known.lastMs = Math.max(known.lastMs, timeMs);
      } else if (agent.commands.size < MAX_COMMANDS)
        agent.commands.set(text, { text, ...prefixOf(one), calls: 1, lastMs: timeMs });
      else this.truncated = true;
    }
  }

  #agent(id: string): AgentUsage {
    const known = this.agents.get(id);
    if (known !== undefined) return known;
    const fresh: AgentUsage = {
      toolCalls: 0,
      tools: new Map(),
      commands: new Map(),
      mcp: new Map(),
      hosts: new Map(),
    };
    this.agents.set(id, fresh);
    return fresh;
  }
}

function count(uses: Map<string, Use>, key: string, timeMs: number): void {
  const known = uses.get(key);
  if (known === undefined) uses.set(key, { calls: 1, lastMs: timeMs });
  else {
    known.calls++;
    known.lastMs = Math.max(known.lastMs, timeMs);
  }
}

/** Programs whose first word after the name says what they do; with `run`, the script's name too. */
const VERBS = new Set(
  'git gh glab npm pnpm yarn bun cargo go docker podman kubectl helm aws gcloud az terraform make just mvn gradle dotnet pip uv poetry brew apt apt-get systemctl'.split(
    ' ',
  ),
);

/** `git status`, `npm run test`, `ls`; the whole command where even that would open more than it says. */
function prefixOf(command: ShellCommand): { prefix: string; exact: boolean } {
  const whole = [command.program, ...command.args].join(' ');
  let prefix = command.program;
  if (VERBS.has(command.program)) {
    const { verb, words } = subcommandOf(command);
    const script = verb === 'run' || verb === 'exec' ? words[1] : undefined;
    const written = [command.program, verb, script]
      .filter((word) => word !== undefined && word !== '')
      .join(' ');
    // Options before the verb are part of what was written: a prefix must be the beginning of the command.
    if (`${whole} `.startsWith(`${written} `)) prefix = written;
  }
  return allowRisk(`Bash(${prefix}:*)`) === undefined
    ? { prefix, exact: false }
    : { prefix: whole, exact: true };
}
