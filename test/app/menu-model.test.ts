import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type MenuEntry,
  type MenuFacts,
  menuModel,
  menuText,
  stateLine,
  trayState,
} from '../../app/menu-model.ts';
import { facts, finding, overview, session } from '../support/app-facts.ts';

const open = { informational: 0, low: 0, medium: 0, high: 0, critical: 0 };

function lines(entries: readonly MenuEntry[], depth = 0): string[] {
  return entries.flatMap((entry) => {
    if (entry.kind === 'separator') return [];
    const line = ' '.repeat(depth) + entry.label;
    return entry.kind === 'group' ? [line, ...lines(entry.entries, depth + 1)] : [line];
  });
}

const shown = (over: Partial<MenuFacts>): string[] => lines(menuModel(facts(over)));

describe('the menu', () => {
  it('is short when all is quiet', () => {
    expect(shown({ startsAtLogin: true })).toEqual([
      'All quiet: no session is running',
      'Open Reeve',
      'What we send: nothing',
      'Settings',
      'Start at login',
      'Quit (the collector goes on watching)',
    ]);
  });

  it('offers for each session that runs to show, pause and kill it', () => {
    expect(shown({ overview: overview([session()]) })).toEqual([
      'All quiet: 1 session running',
      'Open Reeve',
      'Running now',
      'Claude Code in harbour',
      ' Show',
      ' Pause',
      ' Kill…',
      'What we send: nothing',
      'Settings',
      'Quit (the collector goes on watching)',
    ]);
    expect(shown({ overview: overview([session({ paused: true })]) })).toContain(' Resume');
    expect(shown({ overview: overview([session({ pids: 0 })]) })).not.toContain(' Kill…');
  });

  it('counts what does not fit', () => {
    const running = Array.from({ length: 12 }, (_, n) =>
      session({ sessionId: `codex:${n}`, project: `p${n}` }),
    );
    const labels = shown({ overview: overview(running) });
    expect(labels.filter((label) => label.startsWith('Claude Code in p'))).toHaveLength(8);
    expect(labels).toContain('4 more…');
    const waiting = { approvals: { waiting: 9, before: 0 } };
    expect(shown({ overview: overview([], waiting) })).toContain('Waiting for you (9)');
  });

  it('names the last findings and where things are sent', () => {
    const sending = { on: true, mode: 'metadata', endpoint: 'https://otel.example.com/v1/logs?token=x' };
    const labels = shown({ findings: [finding('f-1')], overview: overview([], { sending }) });
    expect(labels).toContain('High: A secret was read');
    expect(labels).toContain('What we send: metadata to otel.example.com');
  });

  it('offers to start a collector that is away, and nothing that needs one', () => {
    const labels = shown({
      link: { kind: 'lost', sinceMs: 1 },
      problem: 'The collector was stopped.',
      overview: overview([session()]),
      findings: [finding('f-1')],
    });
    expect(labels.slice(0, 3)).toEqual([
      'Nothing is watched. The collector was stopped.',
      'Start the collector',
      'Open Reeve',
    ]);
    expect(labels).not.toContain('Claude Code in harbour');
  });

  it('has only labels of one short line, whatever a project is called', () => {
    const base = overview([]);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (project) => {
        for (const label of lines(
          menuModel(
            facts({
              overview: {
                ...base,
                sessions: { recent: 1, runningTotal: 1, running: [session({ project })] },
              },
            }),
          ),
        )) {
          expect(label).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u);
          expect(Array.from(label).length).toBeLessThanOrEqual(101);
        }
      }),
    );
  });
});

describe('trayState', () => {
  it('puts what is serious before what waits, and says when nothing is watched', () => {
    const waiting = { approvals: { waiting: 1, before: 0 } };
    const serious = { ...waiting, findings: { open: { ...open, critical: 1 }, worst: [] } };
    expect(trayState(facts())).toBe('quiet');
    expect(trayState(facts({ overview: overview([], waiting) }))).toBe('waiting');
    expect(trayState(facts({ overview: overview([], serious) }))).toBe('alert');
    expect(trayState(facts({ link: { kind: 'mismatch', detail: 'x' } }))).toBe('away');
    expect(stateLine(facts({ overview: overview([], serious) }))).toBe(
      'Watching: no session is running, 1 serious finding open, 1 waiting for you',
    );
  });
});

describe('menuText', () => {
  it('cuts between characters and drops what turns text around', () => {
    expect(menuText('a\u202Eb\n\tc', 10)).toBe('a b c');
    expect(menuText('🙂🙂🙂', 2)).toBe('🙂…');
  });
});
