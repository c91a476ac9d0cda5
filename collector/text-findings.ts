import { hash } from 'node:crypto';
import type { Finding } from './contract/finding.ts';
import { detectText } from './pipeline/detect.ts';
import { redactFinding } from './pipeline/redact.ts';
import type { DetectionRule } from './rules/rule.ts';

type Documents = Parameters<typeof detectText>[0];
type Deps = Parameters<typeof detectText>[2];

/** Judges texts, and remembers what it said of those that did not change: most of what a look finds is as before. */
export class TextFindings {
  #rules: readonly DetectionRule[] | undefined;
  #said = new Map<string, readonly Finding[]>();
  /** A text that is the same object as in the last look need not be hashed again. */
  readonly #keys = new WeakMap<Documents[number], string>();

  /** @returns findings free of secrets */
  judge(documents: Documents, rules: readonly DetectionRule[], deps: Deps): readonly Finding[] {
    if (this.#rules !== rules) this.#said.clear();
    this.#rules = rules;
    const now = new Map<string, readonly Finding[]>();
    const findings = new Map<string, Finding>();
    for (const document of documents) {
      const key = this.#keys.get(document) ?? keyOf(document);
      this.#keys.set(document, key);
      const said =
        this.#said.get(key) ?? detectText([document], rules, deps).map((finding) => redactFinding(finding));
      now.set(key, said);
      for (const finding of said) {
        if (!findings.has(finding.id))
          findings.set(finding.id, { ...finding, firstSeenMs: deps.timeMs, lastSeenMs: deps.timeMs });
      }
    }
    // What is not there any more is forgotten.
    this.#said = now;
    return [...findings.values()];
  }
}

function keyOf({ path, role, text }: Documents[number]): string {
  return `${role} ${path} ${hash('sha256', text, 'base64')}`;
}
