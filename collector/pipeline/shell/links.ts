import type { ShellRedirect } from '../../contract/shell.ts';
import type { Draft, Sink } from './state.ts';

/** Stages of a pipeline inside a stage are told apart by hundredths of it. */
const INNER_STAGE = 0.01;

/**
 * Gives the first-level commands of a compound stage the place of that stage, so that data flow is not lost. A pipeline
 * inside moves as a whole when it is the only one; among others it stays together where it is.
 */
export function joinPipeline(sink: Sink, from: number, pipeline: number, stage: number): void {
  const inner = new Map<number, boolean>();
  for (let i = from; i < sink.commands.length; i++) {
    const command = sink.commands[i];
    if (command === undefined || command.via.at(-1) === 'substitution') continue;
    if (command.stage === 0 && !inner.has(command.pipeline)) inner.set(command.pipeline, false);
    else if (command.stage > 0 && inner.has(command.pipeline)) inner.set(command.pipeline, true);
  }
  const moved = new Set<number>();
  for (let i = from; i < sink.commands.length; i++) {
    const command = sink.commands[i];
    const several = command === undefined ? undefined : inner.get(command.pipeline);
    if (command === undefined || several === undefined || command.via.at(-1) === 'substitution') continue;
    if (several) {
      if (inner.size === 1)
        sink.commands[i] = { ...command, pipeline, stage: stage + Math.min(command.stage, 99) * INNER_STAGE };
    } else if (command.stage === 0 && !moved.has(command.pipeline)) {
      moved.add(command.pipeline);
      sink.commands[i] = { ...command, pipeline, stage };
    }
  }
}

/** `{ a; b; } > file`: the redirect belongs to every command inside that has none of its own for it. */
export function addRedirects(sink: Sink, from: number, redirects: readonly ShellRedirect[]): void {
  if (redirects.length === 0) return;
  for (let i = from; i < sink.commands.length; i++) {
    const command = sink.commands[i];
    if (command === undefined || command.via.at(-1) === 'substitution') continue;
    sink.commands[i] = { ...command, redirects: [...command.redirects, ...redirects] };
  }
}

/** `A=1 sh -c 'x' > f`: assignments and redirects of the peeled shell hold for what it runs. */
export function shareOuter(sink: Sink, from: number, draft: Draft): void {
  const assigned = Object.keys(draft.assignments).length > 0;
  if (!assigned && draft.redirects.length === 0) return;
  for (let i = from; i < sink.commands.length; i++) {
    const command = sink.commands[i];
    if (command === undefined) continue;
    sink.commands[i] = {
      ...command,
      assignments: assigned ? { ...draft.assignments, ...command.assignments } : command.assignments,
      redirects:
        draft.redirects.length === 0 ? command.redirects : [...command.redirects, ...draft.redirects],
    };
  }
}
