/**
 * `true` when a switch is given. One letter means a short switch, also inside a cluster (`-rf` has `r` and `f`);
 * more letters mean a long one (`recursive` for `--recursive`, `--recursive=x`, PowerShell `-Recurse`), ignoring case for
 * the single-dash form. Nothing after `--` counts.
 */
export function hasFlag(args: readonly string[], ...names: readonly string[]): boolean {
  for (const arg of args) {
    if (arg === '--') return false;
    if (arg.charCodeAt(0) !== DASH || arg.length < 2) continue;
    for (const name of names) if (isFlag(arg, name)) return true;
  }
  return false;
}

function isFlag(arg: string, name: string): boolean {
  if (name.length === 1)
    return arg.charCodeAt(1) !== DASH && /^-[A-Za-z0-9]+$/.test(arg) && arg.includes(name, 1);
  if (arg.charCodeAt(1) === DASH) {
    return arg.startsWith(name, 2) && (arg.length === name.length + 2 || arg[name.length + 2] === '=');
  }
  const colon = arg.indexOf(':');
  return (colon < 0 ? arg.slice(1) : arg.slice(1, colon)).toLowerCase() === name.toLowerCase();
}

/**
 * Value of an option, first hit: `-o v`, `-ov`, `--output v`, `--output=v`, `-Output v`, `-Output:v`, `/o:v`.
 * @param names with their dashes, as in a manual: `['-o', '--output']`
 */
export function findOption(args: readonly string[], names: readonly string[]): string | undefined {
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') return undefined;
    const value = optionValue(arg, args[i + 1], names);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Every value of an option that may come several times: `-d a -d @b`. */
export function findOptions(args: readonly string[], names: readonly string[]): readonly string[] {
  const out: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') break;
    const value = optionValue(arg, args[i + 1], names);
    if (value === undefined) continue;
    out.push(value);
    if (names.includes(arg)) i++;
  }
  return out;
}

function optionValue(arg: string, next: string | undefined, names: readonly string[]): string | undefined {
  const head = arg.charCodeAt(0);
  if ((head !== DASH && head !== SLASH) || arg.length < 2) return undefined;
  for (const name of names) {
    if (arg === name) return next;
    if (!arg.startsWith(name)) {
      const ignoresCase =
        name.length > 2 && name[1] !== '-' && arg.slice(0, name.length).toLowerCase() === name.toLowerCase();
      if (!ignoresCase) continue;
      if (arg.length === name.length) return next;
    }
    const after = arg[name.length];
    if (after === '=' || after === ':') return arg.slice(name.length + 1);
    if (name.length === 2 && name[0] === '-' && name[1] !== '-') return arg.slice(2);
  }
  return undefined;
}

/**
 * Arguments that are not options nor values of options.
 * @param valueOptions options that take the next argument: `['-o', '--output']`; `-ofile` and `--output=file` need no entry
 */
export function operandsOf(
  args: readonly string[],
  valueOptions: readonly string[] | ReadonlySet<string> = [],
): readonly string[] {
  const takes = valueOptions instanceof Set ? valueOptions : new Set(valueOptions);
  const out: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') {
      out.push(...args.slice(i + 1));
      break;
    }
    if (arg.charCodeAt(0) !== DASH || arg === '-') out.push(arg);
    else if (takes.has(arg)) i++;
  }
  return out;
}

const DASH = 45;
const SLASH = 47;
