import type { StoredEvent } from '../../contract/stored.ts';
import { classifyHost, registrableDomain } from '../../rules/shared/hosts.ts';
import { classifyPath, SECRET_CLASSES, type PathClass } from '../../rules/shared/path-classes.ts';
import { DIMENSION_INDEX as DIM } from './dimensions.ts';
import { verbOf } from './verbs.ts';

/** Where the events of a session happen. */
export interface FeaturePlace {
  readonly home: string;
  readonly platform: 'linux' | 'darwin' | 'win32';
  /** Folder the session works in. */
  readonly workspace: string | undefined;
}

/** Something an event used or touched: the place of its dimension in `DIMENSIONS`, and a name bounded to 80 characters. */
export type Emit = (dimension: number, value: string) => void;

const MAX_VALUE = 80;
const MAX_RESOURCES = 40;
const MAX_PROGRAMS = 12;

/** Files whose change runs something later, or changes what an agent may do. */
const PLANTING: ReadonlySet<PathClass> = new Set<PathClass>([
  'authorized-keys',
  'sshd-config',
  'sudoers',
  'mcp-config',
  'agent-config',
  'shell-rc',
  'scheduler',
  'git-hooks',
  'ci-config',
  'editor-task',
  'root-ca',
  'hosts-file',
]);

/** Whether a value of the dimension `path` is a change of such a file. */
export function isPlanting(value: string): boolean {
  for (const one of PLANTING) if (value === `change ${one}`) return true;
  return false;
}

/** Places nobody wants to hear about, whoever reads or writes there. */
const ORDINARY: ReadonlySet<PathClass> = new Set<PathClass>(['workspace', 'workspace-root', 'generated-dir']);

/** What an action was, for the order of actions; the strongest thing a call did. */
export const STEPS = [
  'look',
  'change',
  'run',
  'fetch',
  'ask',
  'delete',
  'publish',
  'secret',
  'plant',
] as const;
export type Step = (typeof STEPS)[number];
/** Steps that make an order of steps worth keeping. */
export const SENSITIVE_STEPS: ReadonlySet<Step> = new Set<Step>(['publish', 'secret', 'plant']);

/**
 * Tells what a tool call used and touched, as short local names; never a secret, and no file's whole path.
 * @returns what kind of step it was
 */
export function featuresOf(event: StoredEvent, place: FeaturePlace, emit: Emit): Step {
  const { tool } = event;
  let step: Step = stepOfTool(event);
  if (tool !== undefined) {
    if (tool.mcpServer !== undefined) {
      emit(DIM['mcp-server'], short(tool.mcpServer));
      emit(DIM['mcp-tool'], short(`${tool.mcpServer} ${tool.mcpTool ?? tool.name}`));
    } else emit(DIM.tool, short(tool.name));
    if (tool.category === 'subagent') emit(DIM.subagent, subagentOf(event));
  }
  programs(event, emit);
  const { resources } = event;
  const count = Math.min(resources.length, MAX_RESOURCES);
  for (let n = 0; n < count; n++) {
    const resource = resources[n];
    if (resource === undefined) continue;
    const seen = resourceStep(resource, place, emit);
    if (seen !== undefined && STEPS.indexOf(seen) > STEPS.indexOf(step)) step = seen;
  }
  return step;
}

function programs(event: StoredEvent, emit: Emit): void {
  const list = event.input?.['programs'];
  if (!Array.isArray(list)) return;
  const command = event.input?.['command'];
  const text = typeof command === 'string' ? command : '';
  const count = Math.min(list.length, MAX_PROGRAMS);
  for (let n = 0; n < count; n++) {
    const program: unknown = list[n];
    if (typeof program !== 'string' || program === '') continue;
    const verb = verbOf(program, text);
    emit(DIM.program, short(verb === undefined ? program : `${program} ${verb}`));
  }
}

function resourceStep(
  { kind, value, access }: StoredEvent['resources'][number],
  place: FeaturePlace,
  emit: Emit,
): Step | undefined {
  switch (kind) {
    case 'host':
      emit(DIM.host, hostName(value));
      return 'fetch';
    case 'url':
      return 'fetch';
    case 'repository':
      emit(DIM.repository, short(value));
      return access === 'write' || access === 'publish' ? 'publish' : undefined;
    case 'package':
      return access === 'publish' ? 'publish' : undefined;
    case 'credential':
      emit(DIM.credential, short(value));
      return 'secret';
    case 'file':
      return fileStep(value, access, place, emit);
    case 'database':
    case 'cloud':
      emit(DIM.host, short(`${kind} ${value}`));
      return access === 'delete' ? 'delete' : undefined;
    default:
      return undefined;
  }
}

function fileStep(path: string, access: string, place: FeaturePlace, emit: Emit): Step | undefined {
  const found = classCached(path, place);
  if (ORDINARY.has(found)) return undefined;
  if (SECRET_CLASSES.has(found)) {
    emit(DIM.credential, found);
    return 'secret';
  }
  const doing = access === 'read' ? 'read' : access === 'execute' ? 'run' : 'change';
  emit(DIM.path, `${doing} ${found}`);
  return doing === 'change' && PLANTING.has(found) ? 'plant' : undefined;
}

/** The same files are named all day. Keyed by path alone: cleared whenever the place changes. */
const classes = new Map<string, PathClass>();
let classesPlace: FeaturePlace | undefined;
const MAX_CLASSES = 4_000;

function classCached(path: string, place: FeaturePlace): PathClass {
  if (
    classesPlace?.workspace !== place.workspace ||
    classesPlace?.home !== place.home ||
    classesPlace.platform !== place.platform
  ) {
    classes.clear();
    classesPlace = place;
  }
  const known = classes.get(path);
  if (known !== undefined) return known;
  if (classes.size >= MAX_CLASSES) classes.clear();
  const found = classifyPath(path, place);
  classes.set(path, found);
  return found;
}

const hosts = new Map<string, string>();
const MAX_HOSTS = 4_000;

/** The name a person would know a host by: its registered domain; what is not public by its kind. */
function hostName(host: string): string {
  const known = hosts.get(host);
  if (known !== undefined) return known;
  if (hosts.size >= MAX_HOSTS) hosts.clear();
  const kind = classifyHost(host);
  const name =
    kind === 'public'
      ? short(registrableDomain(host) ?? host)
      : kind === 'public-ip' || kind === 'local-name'
        ? short(host)
        : kind === 'loopback' || kind === 'unspecified'
          ? 'this machine'
          : `${kind} address`;
  hosts.set(host, name);
  return name;
}

function stepOfTool({ tool }: StoredEvent): Step {
  switch (tool?.category) {
    case 'write':
      return 'change';
    case 'shell':
      return 'run';
    case 'web':
      return 'fetch';
    case 'mcp':
    case 'subagent':
      return 'ask';
    default:
      return 'look';
  }
}

function subagentOf({ input, tool }: StoredEvent): string {
  const args = input?.['args'];
  if (typeof args === 'object' && args !== null) {
    for (const key of ['subagent_type', 'agent', 'agent_type', 'name']) {
      const name: unknown = Reflect.get(args, key);
      if (typeof name === 'string' && name !== '') return short(name);
    }
  }
  return short(tool?.name ?? 'sub-agent');
}

/** A name as it is kept: at most 80 characters, none of which JSON or a terminal would have to escape. */
export function short(value: string): string {
  const cut = value.length <= MAX_VALUE ? value : `${value.slice(0, MAX_VALUE - 1)}…`;
  return ODD.test(cut) ? cut.replaceAll(/[\p{Cc}\p{Cs}\p{Cf}"\\]/gu, '?') : cut;
}

const ODD = /[\p{Cc}\p{Cs}\p{Cf}"\\]/u;
