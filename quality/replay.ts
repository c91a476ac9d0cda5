import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { AGENTS } from '../collector/agents/index.ts';
import type { Finding, Severity } from '../collector/contract/finding.ts';
import { formatsOf } from '../collector/formats.ts';
import { Ingester } from '../collector/ingester.ts';
import type { IngestPlace } from '../collector/pipeline/ingest.ts';
import { RULES } from '../collector/rules/index.ts';
import type { DetectionRule } from '../collector/rules/rule.ts';
import type { LogBatch } from '../collector/sources/source.ts';
import { Store } from '../collector/store/store.ts';
import { homeOf, logOf, type SessionLog } from './log-lines.ts';
import type { RuleClock } from './rule-clock.ts';
import type { Os, Step, Story } from './story.ts';

/** One finding of a story, when it was raised and by which step. */
export interface Alert {
  readonly rule: string;
  readonly severity: Severity;
  readonly subject: string;
  readonly why: string;
  /** What the call was, in short. */
  readonly said: string;
}

export interface Replayed {
  readonly story: Story;
  /** One per finding: a finding that counts up or grows in severity is one alert with its last severity. */
  readonly alerts: readonly Alert[];
}

export interface Replay {
  readonly results: readonly Replayed[];
  readonly events: number;
  /** Lines no parser understood: a corpus that is not read proves nothing. */
  readonly unread: number;
  readonly failedRules: readonly string[];
  readonly seconds: number;
}

const OSES: readonly Os[] = ['linux', 'darwin', 'win32'];
const PLACES: readonly IngestPlace[] = OSES.map((os) => ({
  home: homeOf(os),
  platform: os,
  actor: { user: 'dev' },
}));
/** Stories are weeks apart, so that none takes part in another, and none is a habit because others are like it. */
const STORIES_PER_STORE = 300;
const STORY_HOURS = 31 * 24 + 3;
const STEP_SECONDS = 20;
const START_MS = Date.UTC(2026, 5, 1, 9);

/**
 * Plays stories through the collector's own path: log lines, parser, enrichment, rules, store. Nothing stands in for
 * anything; only the files are not on disk, because reading files is tested elsewhere.
 * @param clock measures the rules while they run
 */
export function replay(stories: readonly Story[], clock?: RuleClock): Replay {
  const startedMs = performance.now();
  const results: Replayed[] = [];
  const failed = new Set<string>();
  const formats = formatsOf(AGENTS);
  const rules: readonly DetectionRule[] = clock === undefined ? RULES : clock.timed(RULES);
  let events = 0;
  let unread = 0;
  for (let first = 0; first < stories.length; first += STORIES_PER_STORE) {
    const folder = mkdtempSync(join(tmpdir(), 'reeve-quality-'));
    const store = Store.open({ path: join(folder, 'reeve.db'), nowMs: () => START_MS });
    const ingester = new Ingester({
      store,
      formats,
      rules,
      places: PLACES,
      onRuleFailed: (id) => failed.add(id),
    });
    stories.slice(first, first + STORIES_PER_STORE).forEach((story, index) => {
      const startMs = START_MS + index * STORY_HOURS * 3_600_000;
      const alerts = new Map<string, Alert>();
      for (const { batch, said } of batchesOf(story, index, startMs)) {
        const [result] = ingester.ingestLive([batch]);
        if (result === undefined) continue;
        events += result.inserted.length;
        if (result.inserted.length === 0 && said !== '') unread += 1;
        clock?.nextEvent();
        for (const finding of result.findings) alerts.set(finding.id, toAlert(finding, said));
      }
      results.push({ story, alerts: [...alerts.values()] });
    });
    store.close();
    rmSync(folder, { recursive: true });
  }
  const seconds = (performance.now() - startedMs) / 1_000;
  return { results, events, unread, failedRules: [...failed], seconds };
}

function toAlert(finding: Finding, said: string): Alert {
  return {
    rule: finding.ruleId,
    severity: finding.severity,
    subject: finding.subject.value,
    why: finding.why,
    said,
  };
}

/** One batch per step, in the order of time, as a collector that follows the logs would see them. */
function* batchesOf(
  story: Story,
  number: number,
  startMs: number,
): Generator<{ batch: LogBatch; said: string }> {
  const logs = story.sessions.map(
    (_, session) => new Written(logOf(story, session, number, startMs), story.os),
  );
  let timeMs = startMs;
  for (const [index, { session, step }] of story.steps.entries()) {
    timeMs += step.kind === 'wait' ? step.minutes * 60_000 : STEP_SECONDS * 1_000;
    const log = logs[session];
    if (log === undefined) throw new Error(`no session ${session} in ${story.name}`);
    const batch = log.append(step, index, timeMs);
    if (batch !== undefined) yield { batch, said: wordsOf(step) };
  }
}

/** A log that grows. */
class Written {
  readonly #log: SessionLog;
  readonly #file: LogBatch['file'];
  #offset = 0;

  constructor(log: SessionLog, os: Os) {
    this.#log = log;
    const separator = os === 'win32' ? '\\' : '/';
    const root = [homeOf(os), ...log.root.split('/')].join(separator);
    this.#file = {
      agentId: log.agent,
      formatId: log.formatId,
      root,
      path: [root, ...log.relativePath.split('/')].join(separator),
      relativePath: log.relativePath,
    };
  }

  append(step: Step, index: number, timeMs: number): LogBatch | undefined {
    const fresh = this.#offset === 0;
    const lines = [...(fresh ? this.#log.head : []), ...this.#log.line(step, index, timeMs)];
    if (lines.length === 0) return undefined;
    const from = this.#offset;
    const records = lines.map((text) => {
      const record = { kind: 'line' as const, text, offsetBytes: this.#offset };
      this.#offset += Buffer.byteLength(text) + 1;
      return record;
    });
    const file = this.#file;
    return {
      file,
      restarted: fresh,
      records,
      cursor: {
        path: file.path,
        agentId: file.agentId,
        formatId: file.formatId,
        fileId: file.path,
        offsetBytes: this.#offset,
        prefixBytes: 0,
        prefixHash: '',
        sizeBytes: this.#offset,
        mtimeMs: timeMs,
        state: {},
      },
      bytes: this.#offset - from,
      lines: lines.length,
      skipped: {},
      rejected: {},
      atEnd: true,
    };
  }
}

function wordsOf(step: Step): string {
  if (step.kind === 'prompt') return step.text;
  if (step.kind !== 'call') return '';
  const { call } = step;
  const text = call.kind === 'mcp' ? `${call.server} ${call.tool} ${JSON.stringify(call.args)}` : call.text;
  return `${call.kind}: ${text}`;
}
