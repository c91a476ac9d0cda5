import type { ToolCallEvent } from '../contract/event.ts';
import type { Derived } from '../rules/rule.ts';
import type { CallFacts } from '../rules/shared/call-signs.ts';
import { derivedOf, isPacker } from '../rules/shared/derived.ts';
import type { CallPlace } from '../rules/shared/once.ts';
import { baseName } from '../rules/shared/paths.ts';
import { ODD_PATH, plain } from './plain.ts';
import { redactText } from './secrets/index.ts';

const MAX_DERIVED = 12;
const MAX_PATH = 240;
const MAX_WHAT = 160;
const MAX_ID = 240;
const NONE: readonly Derived[] = [];

/**
 * The files a run made out of secrets, with those of this call, oldest first.
 * @returns the same list when the call made none
 */
export function withDerived(
  known: readonly Derived[] | undefined,
  event: ToolCallEvent,
  facts: CallFacts,
  place: CallPlace,
): readonly Derived[] {
  const before = known ?? NONE;
  if (!mayDerive(before, event, facts)) return before;
  const made = derivedOf(event, { ...place, derived: before }).flatMap((file): Derived[] => {
    const { path } = file;
    // A path that was cut or masked would be another file's.
    if (path.length > MAX_PATH || ODD_PATH.test(path) || redactText(path) !== path) return [];
    return [
      {
        path,
        from: redactText(plain(file.from, MAX_WHAT)),
        weight: file.weight,
        eventId: plain(file.eventId, MAX_ID),
      },
    ];
  });
  return made.length === 0 ? before : [...before, ...made].slice(-MAX_DERIVED);
}

/** Only a call that reads something, packs, or names a file that was made of something, makes such a file. */
function mayDerive(before: readonly Derived[], event: ToolCallEvent, facts: CallFacts): boolean {
  if (event.shell === undefined) return false;
  if (facts.sensitive.length + facts.named.length > 0) return true;
  return event.shell.commands.some(
    ({ program, args }) =>
      isPacker(program) || before.some(({ path }) => args.some((word) => word.endsWith(baseName(path)))),
  );
}

/** Characters a list takes in the stored state, at most. */
export function derivedSize(list: readonly Derived[] | undefined): number {
  let size = 0;
  for (const { path, from, eventId } of list ?? NONE)
    size += path.length * 2 + from.length + eventId.length + 70;
  return size;
}
