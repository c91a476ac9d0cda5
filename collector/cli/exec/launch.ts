/** A program and its arguments, as they are to be started. */
export interface Launch {
  readonly program: string;
  readonly args: readonly string[];
}

export interface LaunchPlan extends Launch {
  /** Settings for the new terminal, as `stty -g` printed them: erase key, flow control and the like stay the user's. */
  readonly terminalSettings?: string;
  /** Name for a scope of the user's systemd; only where there is one. */
  readonly scope?: string;
}

/**
 * Runs in the place of the program and becomes it, so that the process id, the session and the exit status are the
 * program's own. Whatever does not work is left out: the agent starts in any case. The probe for systemd is bounded,
 * as a broken message bus would let it wait for half a minute.
 */
const BECOME = `
[ -z "$1" ] || stty "$1" 2>/dev/null
scope=$2
shift 2
if [ -n "$scope" ] && timeout -k 1 2 systemd-run --user --scope --quiet -- true </dev/null >/dev/null 2>&1; then
  exec systemd-run --user --scope --quiet --unit="$scope" -- "$@"
fi
exec "$@"`;

/** Wraps a program in what prepares its terminal and its scope; as it is when there is nothing to prepare. */
export function toLaunch(plan: LaunchPlan): Launch {
  if (plan.terminalSettings === undefined && plan.scope === undefined)
    return { program: plan.program, args: plan.args };
  return {
    program: '/bin/sh',
    args: [
      '-c',
      BECOME,
      'sh',
      plan.terminalSettings ?? '',
      plan.scope ?? '',
      // `exec` would take it for an option.
      plan.program.startsWith('-') ? `./${plan.program}` : plan.program,
      ...plan.args,
    ],
  };
}
