import { EVENT_KINDS, type EventKind } from '../../collector/contract/event.ts';

/** Results and answers to permission questions stand with their call, not as rows of their own. */
const INSIDE_A_CALL: readonly EventKind[] = ['tool.result', 'permission.decision'];

/** What a timeline may be narrowed to; the first is what it opens with. */
export const TIMELINE_KINDS: readonly {
  readonly value: string;
  readonly label: string;
  readonly kinds: readonly EventKind[];
}[] = [
  { value: '', label: 'Everything', kinds: EVENT_KINDS.filter((kind) => !INSIDE_A_CALL.includes(kind)) },
  { value: 'calls', label: 'Tool calls', kinds: ['tool.call'] },
  { value: 'prompts', label: 'Prompts', kinds: ['prompt.submit'] },
  {
    value: 'machine',
    label: 'Processes and network',
    kinds: ['process.start', 'process.exit', 'network.connect'],
  },
  { value: 'reeve', label: 'What Reeve did', kinds: ['action.performed'] },
];

export function kindsOf(value: string | undefined): readonly EventKind[] {
  const found = TIMELINE_KINDS.find((item) => item.value === (value ?? '')) ?? TIMELINE_KINDS[0];
  return found?.kinds ?? EVENT_KINDS;
}
