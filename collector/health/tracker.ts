import type { HealthItem } from '../contract/health.ts';
import { WARNINGS, type WarningCode } from './warnings.ts';

/** Current problems. Says a problem once when it begins and once when it ends. */
export class HealthTracker {
  readonly #items = new Map<string, HealthItem>();
  readonly #nowMs: () => number;
  readonly #onChange: (item: HealthItem, state: 'raised' | 'cleared') => void;

  constructor(
    nowMs: () => number,
    onChange: (item: HealthItem, state: 'raised' | 'cleared') => void = () => undefined,
  ) {
    this.#nowMs = nowMs;
    this.#onChange = onChange;
  }

  /**
   * @param key tells several problems of one code apart (a path, an agent); the same code and key again only
   *   updates the text.
   */
  raise(code: WarningCode, facts: Readonly<Record<string, string | number>> = {}, key = ''): void {
    const id = `${code}\0${key}`;
    const before = this.#items.get(id);
    const item: HealthItem = {
      code,
      severity: WARNINGS[code].severity,
      text: fill(WARNINGS[code].text, facts),
      sinceMs: before?.sinceMs ?? this.#nowMs(),
    };
    this.#items.set(id, item);
    if (before === undefined) this.#onChange(item, 'raised');
  }

  clear(code: WarningCode, key = ''): void {
    const id = `${code}\0${key}`;
    const item = this.#items.get(id);
    if (item === undefined) return;
    this.#items.delete(id);
    this.#onChange(item, 'cleared');
  }

  list(): HealthItem[] {
    return [...this.#items.values()];
  }
}

function fill(text: string, facts: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(facts[name] ?? whole));
}
