import type { HealthItem } from '../contract/health.ts';

/** Why a place could not be looked at, and what a person can do about it. */
const NOTES = {
  'discovery.unreadable': { severity: 'low', advice: 'check its permissions' },
  'discovery.not-a-file': { severity: 'medium', advice: 'a config file must be a regular file; remove it' },
  'discovery.too-large': { severity: 'medium', advice: 'no agent needs a file this big; look what wrote it' },
  'discovery.link-refused': {
    severity: 'medium',
    advice: 'it leads out of its folder; look where, then remove the link',
  },
  'discovery.bad-syntax': { severity: 'low', advice: 'what could be read was used; correct the file' },
  'discovery.duplicate-key': { severity: 'medium', advice: 'readers disagree on which one counts; keep one' },
  'discovery.limit': {
    severity: 'low',
    advice: 'the rest was not looked at; scan.maxProjects sets how many projects are',
  },
  'discovery.processes': { severity: 'low', advice: 'running agents are not shown' },
} as const satisfies Record<string, Pick<HealthItem, 'severity'> & { readonly advice: string }>;

export type NoteCode = keyof typeof NOTES;

/** More than this of one kind tells nothing new; the rest is counted. */
const MAX_PER_CODE = 50;

export interface HealthNotes {
  /** @param what path and reason; never content of a file */
  add(code: NoteCode, what: string): void;
  items(): readonly HealthItem[];
  /** Adds the notes of a part. */
  take(part: HealthNotes): void;
  all(): ReadonlyMap<NoteCode, { readonly texts: ReadonlySet<string>; readonly more: number }>;
}

export function createHealthNotes(): HealthNotes {
  const byCode = new Map<NoteCode, { readonly texts: Set<string>; more: number }>();
  function noted(code: NoteCode): { readonly texts: Set<string>; more: number } {
    const known = byCode.get(code) ?? { texts: new Set<string>(), more: 0 };
    byCode.set(code, known);
    return known;
  }
  function add(code: NoteCode, what: string): void {
    const known = noted(code);
    if (known.texts.size < MAX_PER_CODE) known.texts.add(what);
    else known.more++;
  }
  return {
    add,
    all: () => byCode,
    take(part) {
      for (const [code, { texts, more }] of part.all()) {
        for (const text of texts) add(code, text);
        if (more > 0) noted(code).more += more;
      }
    },
    items: () =>
      [...byCode].flatMap(([code, { texts, more }]) => {
        const { severity, advice } = NOTES[code];
        const items = [...texts].map((text) => ({ code, severity, text: `${text}: ${advice}` }));
        return more === 0 ? items : [...items, { code, severity, text: `${more} more of this kind` }];
      }),
  };
}
