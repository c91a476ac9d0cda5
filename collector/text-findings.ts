import { createHash } from 'node:crypto';
import type { Finding } from './contract/finding.ts';
import { detectText } from './pipeline/detect.ts';
import type { DetectionRule } from './rules/rule.ts';

type Documents = Parameters<typeof detectText>[0];
type Deps = Parameters<typeof detectText>[2];

/** Judges texts, and remembers what it said of those that did not change: most of what a look finds is as before. */
export class TextFindings {
  #rules: readonly DetectionRule[] | undefined;
  #said = new Map<string, readonly Finding[]>();

  judge(documents: Documents, rules: readonly DetectionRule[], deps: Deps): readonly Finding[] {
    if (this.#rules !== rules) this.#said.clear();
    this.#rules = rules;
    const now = new Map<string, readonly Finding[]>();
    const findings = new Map<string, Finding>();
    for (const document of documents) {
      const { path, role, text } = document;
      const key = `${role} ${path} ${createHash('sha256').update(text).digest('base64')}`;
      const said = this.#said.get(key) ?? detectText([document], rules, deps);
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
