import type { ToolCallEvent, ToolInput } from '../../contract/event.ts';
import type { ShellCommand } from '../../contract/shell.ts';
import type { CallSign, Download } from '../rule.ts';
import { argsText } from './args-text.ts';
import { downloadsOf, isDownloader } from './downloads.ts';
import { isEvaluator, isInterpreter } from './interpreters.ts';
import { isOffensiveStem } from './offensive-tools.ts';
import { type CallPlace, once } from './once.ts';
import { isInside } from './paths.ts';
import { isRole } from './program-roles.ts';
import { isRiskyAssignment, variableRisk } from './risky-variables.ts';
import { programKey } from './programs.ts';
import { classedUses, namedClass, type SecretUse } from './secrets-read.ts';
import { isTeller, mayTell, type Sensitive, sensitiveReads } from './sensitive.ts';
import { canSend, type Send, sendsOf } from './sends.ts';
import { isBringer, isStrangersFile, mayBring, type Source, untrustedSources } from './untrusted.ts';

/** What one pass over a call finds out, for all rules and for the session's memory. Empty lists are shared. */
export interface CallFacts {
  readonly signs: ReadonlySet<CallSign>;
  /** Paths whose name means something. */
  readonly named: readonly SecretUse[];
  readonly sends: readonly Send[];
  readonly sensitive: readonly Sensitive[];
  readonly sources: readonly Source[];
  readonly downloads: readonly Download[];
}

const NO_SIGNS: ReadonlySet<CallSign> = new Set();
const NONE: readonly never[] = [];
/** Of most calls nothing is to be said. */
const PLAIN: CallFacts = {
  signs: NO_SIGNS,
  named: NONE,
  sends: NONE,
  sensitive: NONE,
  sources: NONE,
  downloads: NONE,
};

/** The facts of a call. The pass only looks at programs and first letters; the readers run when it finds a reason. */
export const callFacts = once((event: ToolCallEvent, place: CallPlace): CallFacts =>
  event.shell === undefined ? toolFacts(event, place) : shellFacts(event, event.shell.commands, place),
);

function toolFacts(event: ToolCallEvent, place: CallPlace): CallFacts {
  let named: readonly SecretUse[] = NONE;
  let sources: readonly Source[] = NONE;
  for (const resource of event.resources) {
    if (resource.kind !== 'file') continue;
    if (named.length === 0 && namedClass(resource.value, place) !== undefined)
      named = classedUses(event, place);
    if (sources.length === 0 && isStrangersFile(resource.value)) sources = untrustedSources(event, place);
  }
  const { category } = event.tool;
  const outside = category === 'mcp' || category === 'web';
  if (outside) sources = untrustedSources(event, place);
  const sends = outside ? sendsOf(event, place) : NONE;
  const schema = category === 'write' && event.input.content?.includes('"$schema"') === true;
  const address = category === 'mcp' && namesAddress(event.input);
  if (named.length + sources.length + sends.length === 0 && !schema && !address) return PLAIN;
  const signs = new Set<CallSign>();
  if (schema) signs.add('remote-schema');
  if (address) signs.add('address');
  return facts(named, sends, named.length === 0 ? NONE : sensitiveReads(event, place), sources, signs);
}

function namesAddress({ args, url }: ToolInput): boolean {
  return url !== undefined || (args !== undefined && argsText(args).includes('://'));
}

function shellFacts(event: ToolCallEvent, commands: readonly ShellCommand[], place: CallPlace): CallFacts {
  let bits = 0;
  for (const command of commands) bits |= commandBits(command, place);
  if (bits === 0) return PLAIN;
  const named = (bits & PATHS) === 0 ? NONE : classedUses(event, place);
  const sends = (bits & SENDS) === 0 ? NONE : sendsOf(event, place);
  const sensitive = named.length === 0 && (bits & TELLS) === 0 ? NONE : sensitiveReads(event, place);
  const sources =
    (bits & SOURCES) === 0 && ((bits & PATHS) === 0 || !mentionsStrangers(event))
      ? NONE
      : untrustedSources(event, place);
  const downloads = (bits & FETCHES) === 0 ? NONE : downloadsOf(event, place);
  const fed = (bits & FED) !== 0 || ((bits & RUNNER) !== 0 && (bits & SUBSTITUTES) !== 0);
  const lists = downloads.length + named.length + sends.length + sensitive.length + sources.length;
  if ((bits & ALL_SIGNS) === 0 && !fed && lists === 0) return PLAIN;
  const signs = new Set<CallSign>();
  if (downloads.length > 0) signs.add('download');
  for (const [sign, bit] of SIGN_BITS) if ((bits & bit) !== 0) signs.add(sign);
  if (fed) signs.add('fed-runner');
  return { ...facts(named, sends, sensitive, sources, signs), downloads };
}

/** Reading files strangers wrote needs their path in the text. */
function mentionsStrangers(event: ToolCallEvent): boolean {
  return isStrangersFile(event.input.command ?? '') || isStrangersFile(event.cwd ?? '');
}

function facts(
  named: readonly SecretUse[],
  sends: readonly Send[],
  sensitive: readonly Sensitive[],
  sources: readonly Source[],
  signs: Set<CallSign>,
): CallFacts {
  if (sends.length > 0) signs.add('send');
  if (sensitive.length > 0) signs.add('sensitive');
  if (sources.length > 0) signs.add('untrusted');
  return { signs, named, sends, sensitive, sources, downloads: NONE };
}

const PATHS = 1;
const SENDS = 2;
const TELLS = 4;
const SOURCES = 8;
const RUNNER = 16;
/** A runner of text that something flows into. */
const FED = 32;
const CODE = 64;
const DECODED = 128;
const DEVICE = 256;
const BROAD = 512;
const ESCAPED = 1_024;
const SEARCHES = 2_048;
const SUBSTITUTES = 4_096;
const ELEVATED = 8_192;
const KERNEL = 16_384;
const FETCHES = 32_768;
const ATTACKS = 65_536;
const VARIABLES = 131_072;

const SIGN_BITS: readonly (readonly [CallSign, number])[] = [
  ['inline-code', CODE],
  ['decoded', DECODED],
  ['device-write', DEVICE],
  ['broad-search', BROAD],
  ['escaped-text', ESCAPED],
  ['elevated', ELEVATED],
  ['kernel-write', KERNEL],
  ['attack-tool', ATTACKS],
  ['risky-variable', VARIABLES],
];

const ALL_SIGNS = SIGN_BITS.reduce((sum, [, bit]) => sum | bit, 0);

function commandBits(command: ShellCommand, place: CallPlace): number {
  const program = programBits(command.program);
  let bits = program & (PATHS | SENDS | RUNNER | FETCHES);
  if ((program & TELLS) !== 0 && mayTell(command)) bits |= TELLS;
  if ((program & SOURCES) !== 0 && mayBring(command)) bits |= SOURCES;
  if (command.code !== undefined) bits |= CODE | PATHS | SENDS | TELLS;
  if (command.elevated) bits |= ELEVATED;
  if (setsRiskyVariable(command)) bits |= VARIABLES;
  let fed = command.stage > 0 || command.depth > 0 || command.stdinText !== undefined;
  for (const via of command.via) {
    if (via === 'decoded') bits |= DECODED;
    else if (via === 'substitution') bits |= SUBSTITUTES;
  }
  for (const { operator, target } of command.redirects) {
    if (operator.startsWith('<')) fed = true;
    if (target === undefined || target === '/dev/null') continue;
    if (target.startsWith('/dev/')) bits |= /^\/dev\/(?:tcp|udp)\//.test(target) ? DEVICE | SENDS : DEVICE;
    else if (target.startsWith('/proc/')) bits |= PATHS | TELLS | KERNEL;
    else bits |= target.startsWith('/sys/') ? PATHS | KERNEL : PATHS;
  }
  if ((program & RUNNER) !== 0) {
    if (fed) bits |= FED;
    if (runsAttackTool(command.args)) bits |= ATTACKS;
  }
  return (program & (SEARCHES | ESCAPED | PATHS)) === 0 ? bits : bits | argumentBits(command, program, place);
}

function setsRiskyVariable(command: ShellCommand): boolean {
  for (const name in command.assignments)
    if (variableRisk(name, command.assignments[name] ?? '') !== undefined) return true;
  return command.program === 'export' && command.args.some(isRiskyAssignment);
}

/** The script or module an interpreter is given, by the beginning of its name. */
function runsAttackTool(args: readonly string[]): boolean {
  for (const word of args) {
    if (word.charCodeAt(0) === DASH) continue;
    return isOffensiveStem(word);
  }
  return false;
}

function argumentBits(command: ShellCommand, program: number, place: CallPlace): number {
  let bits = 0;
  const { args } = command;
  const searches = (program & SEARCHES) !== 0 && !command.elsewhere;
  if (searches && command.cwd !== undefined && isOutside(command.cwd, place)) bits |= BROAD;
  for (const word of args) {
    const first = word.charCodeAt(0);
    if ((program & ESCAPED) !== 0 && word.includes('\\')) bits |= ESCAPED;
    if (searches && (bits & BROAD) === 0 && isFarPath(word, first, place)) bits |= BROAD;
    if (first === SLASH && word.startsWith('/proc/')) bits |= TELLS;
    else if ((first | 0x20) === E && /^env:/i.test(word)) bits |= TELLS;
    else if (first === DASH && /^-path[:=]?env:/i.test(word)) bits |= TELLS;
  }
  return bits;
}

/** A place a search may start from that is not the work folder. */
function isFarPath(word: string, first: number, place: CallPlace): boolean {
  if (first === SLASH || word.charCodeAt(1) === COLON) return isOutside(word, place);
  return first === TILDE || first === DOLLAR || first === PERCENT || word.startsWith('..');
}

function isOutside(path: string, place: CallPlace): boolean {
  return place.workspace === undefined || !isInside(path, place.workspace, place.platform);
}

const SLASH = 47;
const COLON = 58;
const TILDE = 126;
const DOLLAR = 36;
const PERCENT = 37;
const DASH = 45;
const E = 101;

/** Scanners for secrets: ordinary in a project, not over a home. */
const SCANNERS = new Set(
  'trufflehog gitleaks betterleaks noseyparker detect-secrets secretlint ggshield kingfisher'.split(' '),
);
/** What `pathUses` looks into: of any other program only redirects and inline code name files. */
const FILE_ROLES = ['reader', 'opener', 'copier', 'sender', 'writer', 'appender', 'remover'] as const;

const MAX_PROGRAMS = 4_000;
const programs = new Map<string, number>();

/** What a program's name alone says. Few programs are asked for a million times. */
function programBits(program: string): number {
  const known = programs.get(program);
  if (known !== undefined) return known;
  const key = programKey(program);
  let bits = FILE_ROLES.some((role) => isRole(key, role)) ? PATHS : 0;
  if (canSend(key)) bits |= SENDS;
  if (isTeller(key)) bits |= TELLS;
  if (isDownloader(key)) bits |= FETCHES;
  if (isBringer(key)) bits |= SOURCES;
  if (isInterpreter(program) || isEvaluator(program)) bits |= RUNNER;
  if (isRole(key, 'searcher') || SCANNERS.has(key)) bits |= SEARCHES;
  if (key === 'echo' || key === 'printf') bits |= ESCAPED;
  if (programs.size < MAX_PROGRAMS && program.length < 64) programs.set(program, bits);
  return bits;
}
