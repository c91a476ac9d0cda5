import type { Resource, ResourceAccess, Tool, ToolInput } from '../../contract/event.ts';
import type { ShellAnalysis } from '../../contract/shell.ts';
import type { PathPlace } from '../../rules/shared/paths.ts';
import { ResourceList } from './collect.ts';
import { addShell } from './shell-resources.ts';
import type { ResourceContext } from './shell-resources.ts';

/** Arguments of MCP tools that are looked at: a hostile server's schema can nest without end. */
const MAX_ARGUMENTS = 200;
const MAX_DEPTH = 6;

/**
 * What a tool call touches: paths, URL, patch headers, MCP arguments, and for a shell tool what its command line does.
 * Paths are absolute; relative ones need `context.cwd`. At most 200. Pure; never throws.
 */
export function toolResources(
  tool: Tool,
  input: ToolInput,
  shell: ShellAnalysis | undefined,
  context: ResourceContext,
): readonly Resource[] {
  const list = new ResourceList();
  if (shell !== undefined) addShell(shell, context, list);
  const { home, platform } = context;
  const place: PathPlace = { home, platform, cwd: input.cwd ?? context.cwd };
  const access: ResourceAccess = tool.category === 'write' ? 'write' : 'read';
  if (input.paths !== undefined) {
    for (const path of input.paths) {
      if (path.includes('://') && !path.startsWith('file:')) list.url(path, 'connect', place);
      else list.file(path, access, place);
    }
  }
  if (input.url !== undefined) addUrl(input.url, place, list);
  if (tool.category === 'write' && input.content !== undefined) addPatch(input.content, place, list);
  if (input.args !== undefined) addArguments(input.args, access, place, list);
  return list.items;
}

function addUrl(raw: string, place: PathPlace, list: ResourceList): void {
  list.url(raw.includes('://') ? raw : `https://${raw}`, 'connect', place);
}

/** `*** Add File: x` of the apply-patch format, and `+++ b/x` of a unified diff that stands at the start of the text. */
const PATCH_HEADER = /^\*\*\* (Add File|Update File|Delete File|Move to): ([^\n\r]{1,1024})/gm;
const DIFF_HEADER = /^(?:---|\+\+\+) (?:[ab]\/)?([^\n\r\t]{1,1024})/gm;

function addPatch(content: string, place: PathPlace, list: ResourceList): void {
  if (content.includes('*** ')) {
    for (const match of content.matchAll(PATCH_HEADER)) {
      list.file((match[2] ?? '').trim(), match[1] === 'Delete File' ? 'delete' : 'write', place);
    }
  }
  if (/^(?:diff --git |--- )/.test(content)) {
    for (const match of content.matchAll(DIFF_HEADER)) {
      if (match[1] !== '/dev/null') list.file((match[1] ?? '').trim(), 'write', place);
    }
  }
}

const PATH_KEYS =
  /^(?:path|paths|file|files|file_?path|filename|file_?name|target_?file|source|destination|src|dest|directory|dir|root|uri|absolute_?path|relative_?path|notebook_?path)$/i;
const URL_KEYS = /^(?:url|urls|uri|href|link|endpoint|webhook|webhook_?url|base_?url|target_?url|page)$/i;
const REPOSITORY_KEYS = /^(?:repo|repository|repo_?name|full_?name)$/i;

function addArguments(args: unknown, access: ResourceAccess, place: PathPlace, list: ResourceList): void {
  let budget = MAX_ARGUMENTS;
  let owner: string | undefined;
  const visit = (key: string, value: unknown, depth: number): void => {
    if (budget-- <= 0 || depth > MAX_DEPTH) return;
    if (typeof value === 'string') {
      if (key === 'owner' || key === 'org') owner = value;
      if (value.length > 4_096) return;
      if (/^[a-z][a-z0-9+.-]{1,20}:\/\//i.test(value)) list.url(value, 'connect', place);
      else if (URL_KEYS.test(key) && /^[\w-]+(?:\.[\w-]+)+(?:[/:?]|$)/.test(value))
        list.url(`https://${value}`, 'connect', place);
      else if (PATH_KEYS.test(key)) list.file(value, access, place);
      else if (REPOSITORY_KEYS.test(key)) {
        if (value.includes('/')) list.add('repository', value, access);
        else if (owner !== undefined) list.add('repository', `${owner}/${value}`, access);
      }
    } else if (Array.isArray(value)) for (const item of value) visit(key, item, depth + 1);
    else if (typeof value === 'object' && value !== null) {
      for (const [name, item] of Object.entries(value)) visit(name, item, depth + 1);
    }
  };
  visit('', args, 0);
}
