/** The last call's: rules, and then the run's memory, ask for those of one call before the next one comes. */
let last: { readonly args: unknown; readonly text: string } = { args: undefined, text: '' };

/** The arguments of a tool as JSON; written once for each call. `args` is what a log held, never `undefined`. */
export function argsText(args: unknown): string {
  if (last.args !== args) last = { args, text: JSON.stringify(args) };
  return last.text;
}
