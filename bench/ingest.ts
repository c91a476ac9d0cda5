/**
 * Where the time of reading goes: Claude Code transcripts in one thread, stage by stage, each with all stages before
 * it: bytes to lines, parsed, judged (attributed, matched against the rules, secrets taken out), stored. The reference
 * is `JSON.parse` of every line, in the same run.
 * Usage: node bench/ingest.ts [megabytes = 100]
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AGENTS } from '../collector/agents/index.ts';
import { CLAUDE_CODE_LOGS } from '../collector/agents/claude-code/log.ts';
import type { JsonlFormat, LogFile } from '../collector/agents/spec-log.ts';
import { formatsOf } from '../collector/formats.ts';
import { Ingester } from '../collector/ingester.ts';
import { ingest, type SessionMemory } from '../collector/pipeline/ingest.ts';
import { parseBatch } from '../collector/pipeline/parse.ts';
import { initialSessionState, type SessionState } from '../collector/pipeline/session-state.ts';
import { RULES } from '../collector/rules/index.ts';
import { readJsonl } from '../collector/sources/read-jsonl.ts';
import type { LogBatch } from '../collector/sources/source.ts';
import { walkLogs } from '../collector/sources/walk.ts';
import { Store } from '../collector/store/store.ts';
import { onlyJsonl } from '../test/support/read-log.ts';
import { writeClaudeCorpus } from './shared/claude-corpus.ts';
import { report } from './shared/report.ts';

const megabytes = Number(process.argv[2] ?? 100);
const folder = mkdtempSync(join(tmpdir(), 'reeve-bench-'));
const home = join(folder, 'home');
const corpus = writeClaudeCorpus(home, megabytes * 1e6);
const format: JsonlFormat = onlyJsonl(CLAUDE_CODE_LOGS);
const files: LogFile[] = walkLogs(
  format
    .roots({ platform: 'linux', home, env: {} })
    .map((root) => ({ agentId: 'claude-code', formatId: format.id, root })),
).files.map(({ path, relativePath, owner }) => ({
  agentId: 'claude-code',
  formatId: format.id,
  root: owner.root.dir,
  path,
  relativePath,
}));
const place = { home, platform: 'linux', actor: { user: 'ana', uid: 1000 } } as const;

function eachBatch(take: (batch: LogBatch) => void): void {
  for (const file of files) for (const batch of readJsonl(file, undefined, format)) take(batch);
}

/** @returns seconds */
function timed(run: () => void): number {
  const startMs = performance.now();
  run();
  return (performance.now() - startMs) / 1_000;
}

function jsonParse(): number {
  let lines = 0;
  for (const { path } of files) {
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      if (line !== '' && JSON.parse(line) !== null) lines += 1;
    }
  }
  return lines;
}

let records = 0;
let parsedEvents = 0;
let judgedEvents = 0;
let findings = 0;
let storedEvents = 0;

function parseOnly(): void {
  let state = {};
  let path = '';
  eachBatch((batch) => {
    if (batch.file.path !== path) state = format.initialState(batch.file);
    path = batch.file.path;
    for (const step of parseBatch(batch.records, batch.file, format, state).steps)
      if ('event' in step) parsedEvents += 1;
  });
}

function judge(): void {
  let state = {};
  let path = '';
  const sessions = new Map<string, SessionMemory>();
  const states = new Map<string, SessionState>();
  const memory = {
    session: (id: string): SessionMemory => {
      const session = sessions.get(id) ?? { id, parentId: undefined, cwd: undefined };
      sessions.set(id, session);
      return session;
    },
    state: (id: string): SessionState => {
      const kept = states.get(id) ?? initialSessionState();
      states.set(id, kept);
      return kept;
    },
  };
  const deps = {
    hash: (text: string): string => text,
    ruleFailed: (id: string): never => {
      throw new Error(`rule ${id} threw`);
    },
  };
  eachBatch((batch) => {
    if (batch.file.path !== path) state = format.initialState(batch.file);
    path = batch.file.path;
    const parsed = parseBatch(batch.records, batch.file, format, state);
    const result = ingest(parsed, 'claude-code', path, new Set(), place, memory, RULES, deps);
    judgedEvents += result.events.length;
    findings += result.findings.length;
  });
}

function storeAll(): void {
  const store = Store.open({ path: join(folder, 'reeve.db'), nowMs: () => Date.now() });
  const ingester = new Ingester({
    store,
    formats: formatsOf(AGENTS),
    rules: RULES,
    places: [place],
    onRuleFailed: (rule) => {
      throw new Error(`rule ${rule} threw`);
    },
  });
  eachBatch((batch) => {
    for (const { inserted } of ingester.ingestLive([batch])) storedEvents += inserted.length;
  });
  store.close();
}

try {
  jsonParse();
  const reference = timed(jsonParse);
  const read = timed(() => {
    eachBatch((batch) => {
      records += batch.records.length;
    });
  });
  const parse = timed(parseOnly);
  const judged = timed(judge);
  const stored = timed(storeAll);
  if (parsedEvents === 0 || judgedEvents !== storedEvents) throw new Error('stages disagree');
  const mb = corpus.bytes / 1e6;
  const stage = (seconds: number, before: number): string =>
    `${(mb / seconds).toFixed(0)} MB/s so far; this stage ${(((seconds - before) * 1e6) / storedEvents).toFixed(0)} µs an event`;
  report('reading, stage by stage', [
    ['corpus', `${mb.toFixed(0)} MB, ${corpus.lines} lines, ${storedEvents} events, ${findings} findings`],
    ['bytes to lines', `${stage(read, 0)}; ${records} lines kept`],
    ['parsed', stage(parse, read)],
    ['judged', stage(judged, parse)],
    ['stored', stage(stored, judged)],
    [
      'JSON.parse of every line',
      `${(mb / reference).toFixed(0)} MB/s; ratio ${(reference / stored).toFixed(2)}`,
    ],
  ]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
