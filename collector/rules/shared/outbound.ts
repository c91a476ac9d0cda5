import type { ToolCallEvent } from '../../contract/event.ts';
import type { ShellCommand } from '../../contract/shell.ts';
import { argsText } from './args-text.ts';
import { isLocalHost, parseUrl } from './hosts.ts';
import { programKey } from './programs.ts';
import { canSend, isMessageTool } from './sends.ts';

/** Text that leaves the machine by a call, as far as the call itself shows it. */
export interface Outbound {
  readonly text: string;
  /** What proves who is asking: headers and options made for it. A secret belongs there, for the right host. */
  readonly login: string;
  /** Missing where people read it, so that even the issuer's own token is a leak. */
  readonly host?: string;
  readonly to: string;
}

/**
 * Characters of one call, whatever it is made of. Of a longer text the beginning and the end are looked at: what is put in
 * front to hide something is dull, and what comes after is not.
 */
const MAX_CALL = 8_192;
const MAX_TAIL = 2_048;
/** Of one text, before it is shortened to its share. */
const MAX_TEXT = 262_144;
const NONE: readonly Outbound[] = [];
const LOGIN_FLAG = /^(?:-u|--user|--oauth2-bearer|-b|--cookie|-a|--auth|--token|--password|--header-token)$/;
const HEADER_FLAG = /^(?:-H|--header|-Headers)$/;
const LOGIN_HEADER =
  /^(?:(?:proxy-)?(?:authorization|cookie)|[\w-]{0,40}(?:token|key|secret|auth|signature)[\w-]{0,40})\s{0,8}[:=]/i;
const PEOPLE = /^(?:issue|pr|mr|gist|release|discussion|snippet)$/;

/** What a call says to others: requests, posts, messages. Requests to this machine and its network are left out. */
export function outboundOf(event: ToolCallEvent): readonly Outbound[] {
  const all = allOf(event);
  let left = MAX_CALL;
  const share = (text: string): string => {
    const short = headAndTail(text, left);
    left -= short.length;
    return short;
  };
  return all.map((out) => ({ ...out, text: share(out.text), login: share(out.login) }));
}

function headAndTail(text: string, most: number): string {
  if (text.length <= most) return text;
  const tail = Math.min(MAX_TAIL, Math.floor(most / 4));
  return tail === 0 ? text.slice(0, most) : `${text.slice(0, most - tail - 1)}\n${text.slice(-tail)}`;
}

function allOf(event: ToolCallEvent): readonly Outbound[] {
  const { tool, input } = event;
  if (tool.category === 'web') {
    if (input.url !== undefined) return toUrl(input.url, input.url);
    return input.query === undefined
      ? NONE
      : [{ text: input.query.slice(0, MAX_TEXT), login: '', to: 'a web search' }];
  }
  if (tool.category === 'mcp') return toolText(event);
  let found: Outbound[] | undefined;
  for (const command of event.shell?.commands ?? []) {
    const out = command.elsewhere ? undefined : commandText(command);
    if (out !== undefined) (found ??= []).push(out);
    if (found !== undefined && found.length >= 20) break;
  }
  return found ?? NONE;
}

const LOOKUPS = new Set([
  'dig',
  'nslookup',
  'host',
  'drill',
  'ping',
  'resolvectl',
  'resolve-dnsname',
  'getent',
]);

function toUrl(url: string, text: string): readonly Outbound[] {
  const host = parseUrl(url)?.host;
  return host === undefined || isLocalHost(host)
    ? NONE
    : [{ text: text.slice(0, MAX_TEXT), login: '', host, to: host }];
}

function toolText(event: ToolCallEvent): readonly Outbound[] {
  const { args, url } = event.input;
  if (args === undefined) return url === undefined ? NONE : toUrl(url, url);
  const text = argsText(args).slice(0, MAX_TEXT);
  if (isMessageTool(event)) {
    const to = `${event.tool.mcpServer ?? 'mcp'}/${event.tool.mcpTool ?? event.tool.name}`;
    return [{ text, login: '', to }];
  }
  const address = /https?:\/\/[^\s"'\\]{3,2000}/.exec(text)?.[0];
  return address === undefined ? NONE : toUrl(address, address);
}

function commandText(command: ShellCommand): Outbound | undefined {
  const key = programKey(command.program);
  if (key === 'gh' || key === 'glab') {
    if (
      !PEOPLE.test(command.args[0] ?? '') ||
      !/^(?:create|comment|edit|note|review|new)$/.test(command.args[1] ?? '')
    )
      return undefined;
    return { text: joined(command.args), login: '', to: key === 'gh' ? 'github.com' : 'gitlab.com' };
  }
  if (key === 'git')
    return command.args.includes('commit')
      ? { text: joined(command.args), login: '', to: 'a commit message' }
      : undefined;
  if (LOOKUPS.has(key)) return { text: joined(command.args), login: '', to: 'a name server' };
  if (command.code === undefined && !canSend(command.program)) return undefined;
  const text = command.code ?? joined(command.args);
  const url =
    /https?:\/\/[^\s"'`)\\]{3,2000}/.exec(text)?.[0] ??
    (key === 'curl' || key === 'wget'
      ? command.args.find((word) => /^[\w-]+(?:\.[\w-]+)+(?:[:/?]|$)/.test(word))
      : undefined);
  const host = url === undefined ? undefined : parseUrl(url.includes('://') ? url : `http://${url}`)?.host;
  if (host === undefined || isLocalHost(host)) return undefined;
  if (command.code !== undefined) return { text: '', login: text.slice(0, MAX_TEXT), host, to: host };
  return { ...split(command), host, to: host };
}

/** Takes what proves the caller apart from what is said. */
function split(command: ShellCommand): { readonly text: string; readonly login: string } {
  const said: string[] = [];
  const login: string[] = [];
  for (let i = 0; i < command.args.length; i++) {
    const word = command.args[i] ?? '';
    const next = command.args[i + 1];
    if (
      next !== undefined &&
      (LOGIN_FLAG.test(word) || (HEADER_FLAG.test(word) && LOGIN_HEADER.test(next)))
    ) {
      login.push(next);
      i++;
    } else said.push(word);
  }
  if (command.stdinText !== undefined) said.push(command.stdinText);
  return { text: joined(said), login: joined(login) };
}

function joined(words: readonly string[]): string {
  return words.join('\n').slice(0, MAX_TEXT);
}
