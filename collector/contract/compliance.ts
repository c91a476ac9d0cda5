import type { Bundle, Severity } from './finding.ts';

/** Evidence of one machine for one framework over a window. `schemaVersion` rises when a field changes its meaning. */
export interface ComplianceReport {
  readonly schemaVersion: 1;
  readonly framework: {
    readonly id: string;
    readonly name: string;
    readonly edition: string;
    readonly note: string;
  };
  readonly host: string;
  readonly user: string;
  readonly generatedMs: number;
  readonly sinceMs: number;
  readonly controls: readonly ControlEvidence[];
  /** What this machine's evidence rests on, and where it ends. */
  readonly coverage: {
    readonly facts: readonly Fact[];
    /** Audit log: rows in order, and whether the chain holds. */
    readonly audit: {
      readonly ok: boolean;
      readonly rows: number;
      readonly head?: string;
      readonly problem?: string;
    };
    /** Sentences. */
    readonly cannotSee: readonly string[];
  };
}

export interface Fact {
  readonly label: string;
  readonly value: string;
}

export interface ControlEvidence {
  readonly control: string;
  /** In our own words; absent where we have none. */
  readonly title?: string;
  readonly bundles: readonly Bundle[];
  /** Sentences: what on this machine supports the control. */
  readonly supports: readonly string[];
  readonly findings: {
    readonly total: number;
    readonly open: number;
    readonly decided: number;
    readonly bySeverity: Readonly<Record<Severity, number>>;
  };
  /** Worst first, at most five. */
  readonly samples: readonly FindingSample[];
  /** Sentences: what an auditor would miss. */
  readonly gaps: readonly string[];
}

export interface FindingSample {
  readonly id: string;
  readonly ruleId: string;
  readonly title: string;
  readonly about: string;
  readonly severity: Severity;
  readonly status: string;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  readonly count: number;
}
