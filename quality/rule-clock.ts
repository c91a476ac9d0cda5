import { performance } from 'node:perf_hooks';
import type { DetectionRule, EventRule } from '../collector/rules/rule.ts';

export interface RuleTime {
  readonly rule: string;
  readonly calls: number;
  /** Half of the calls took less: a pause of the machine does not move it, as it does a mean. */
  readonly medianUs: number;
  readonly p99Us: number;
}

/** Measures rules while they run. A pause of the machine is in the numbers too: look at the median; `bench/detect.ts` tells the slowest call. */
export class RuleClock {
  readonly #times = new Map<string, number[]>();
  readonly #events: number[] = [];
  #current = 0;

  timed(rules: readonly DetectionRule[]): readonly DetectionRule[] {
    return rules.map((rule) => (rule.on === 'event' ? this.#timed(rule) : rule));
  }

  nextEvent(): void {
    this.#events.push(this.#current);
    this.#current = 0;
  }

  /** Microseconds all rules together took per batch of one step: half of them took less. */
  medianEventUs(): number {
    return percentile(this.#events, 0.5);
  }

  p99EventUs(): number {
    return percentile(this.#events, 0.99);
  }

  rules(): RuleTime[] {
    return [...this.#times]
      .map(([rule, times]) => ({
        rule,
        calls: times.length,
        medianUs: percentile(times, 0.5),
        p99Us: percentile(times, 0.99),
      }))
      .toSorted((a, b) => b.medianUs - a.medianUs);
  }

  #timed(rule: EventRule): EventRule {
    const times: number[] = [];
    this.#times.set(rule.id, times);
    return {
      ...rule,
      match: (event, context) => {
        const startMs = performance.now();
        try {
          return rule.match(event, context);
        } finally {
          const us = (performance.now() - startMs) * 1_000;
          times.push(us);
          this.#current += us;
        }
      },
    };
  }
}

function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
