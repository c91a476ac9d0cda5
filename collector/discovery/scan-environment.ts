import type { ShellAnalysis } from '../contract/shell.ts';
import type { Scope } from '../contract/agent.ts';
import { withSlashes } from './expand-path.ts';
import { type HomeScan, modeOf, readPlaced, type Scan } from './scan.ts';
import {
  ENV_FILES,
  readAliases,
  readAssignments,
  SHELL_PROFILES,
  STEERING_VARIABLES,
} from './shell-files.ts';

/** Says that nobody has parsed the command yet, which never means that it is harmless. */
const NOT_PARSED: ShellAnalysis = { dialect: 'posix', commands: [], unparsed: true, truncated: false };

const MAX_BYTES = 1024 * 1024;

/** Shell profiles of a home: aliases that start an agent, and variables that steer one. */
export function scanProfiles(scan: Scan, home: HomeScan): void {
  const programs = [...scan.drafts.values()].flatMap(({ spec }) => spec.discovery.process.names);
  for (const path of findAll(home, SHELL_PROFILES)) {
    const file = readPlaced(scan, home, path, 'home', undefined, MAX_BYTES);
    if (file === undefined) continue;
    const text = file.bytes.toString('utf8');
    const place = { path, scope: 'user' as const, agentIds: [], ...modeOf(home, file.mode) };
    for (const { name, command, line } of readAliases(text, programs)) {
      scan.facts.push({
        kind: 'alias',
        path,
        line,
        name,
        command: scan.collector.redact(undefined, command, { ...place, line }),
        shell: NOT_PARSED,
      });
    }
    takeVariables(scan, home, path, text, file.mode, 'user');
  }
}

/**
 * `.env` and friends, of the home or of a project. Only variables that concern agents are looked at: the rest is
 * the business of the application they are for.
 */
export function scanEnvFiles(scan: Scan, home: HomeScan, project?: string): void {
  // The home is a project too when an agent was started there; its files are read once.
  if (project === withSlashes(home.context.home)) return;
  for (const { path: pattern, agentId } of ENV_FILES) {
    const place = home.places.expand(pattern, project);
    if (place === undefined || (place.area === 'project') !== (project !== undefined)) continue;
    for (const path of home.files.find(place.path)) {
      const file = readPlaced(scan, home, path, place.area, project, MAX_BYTES);
      if (file === undefined) continue;
      const scope = project === undefined ? 'user' : 'project';
      takeVariables(scan, home, path, file.bytes.toString('utf8'), file.mode, scope, agentId);
    }
  }
}

function findAll(home: HomeScan, patterns: readonly string[]): readonly string[] {
  return patterns.flatMap((pattern) => {
    const place = home.places.expand(pattern);
    return place === undefined ? [] : home.files.find(place.path);
  });
}

function takeVariables(
  scan: Scan,
  home: HomeScan,
  path: string,
  text: string,
  mode: number,
  scope: Scope,
  agentId?: string,
): void {
  for (const { name, value, line } of readAssignments(text)) {
    const agentIds = [...scan.drafts.values()]
      .filter(({ spec }) => spec.discovery.secretVariables.includes(name))
      .map(({ spec }) => spec.id);
    if (agentIds.length === 0 && !STEERING_VARIABLES.has(name)) continue;
    const place = { path, line, envVar: name, scope, agentIds, ...modeOf(home, mode) };
    scan.facts.push({
      kind: 'environment',
      ...(agentId === undefined ? {} : { agentId }),
      path,
      scope,
      line,
      name,
      value: scan.collector.redact(name, value, place),
    });
  }
}
