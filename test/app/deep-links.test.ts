import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeOfArguments, placeOfLink } from '../../app/deep-links.ts';

describe('placeOfLink', () => {
  it.each([
    ['reeve://finding/cfg-1f', '#/findings/cfg-1f'],
    ['reeve://session/claude-code:7b40', '#/sessions/claude-code%3A7b40'],
    ['reeve://session/codex%3A7b?event=e-1', '#/sessions/codex%3A7b?event=e-1'],
    ['reeve://finding/x?event=e-1', '#/findings/x'],
    ['reeve://approvals', '#/approvals'],
    ['reeve://sent/', '#/sent'],
  ])('leads %s to %s', (link, place) => {
    expect(placeOfLink(link)).toBe(place);
  });

  it.each([
    'https://finding/x',
    'reeve://user@finding/x',
    'reeve://finding:80/x',
    'reeve://nothing/x',
    'reeve://constructor',
    'reeve://finding/%00',
    'reeve://finding/a b',
    'reeve://finding/%E0%A4%A',
    'reeve://finding/<img src=x>',
    `reeve://finding/${'x'.repeat(2_000)}`,
    'javascript:alert(1)',
    'reeve:',
    '',
  ])('refuses %s', (link) => {
    expect(placeOfLink(link)).toBeUndefined();
  });

  it('gives nothing but a place made of harmless characters, whatever it gets', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((id) => `reeve://finding/${id}`),
        ),
        (link) => {
          const place = placeOfLink(link);
          expect(place ?? '#/').toMatch(/^#\/[\w.%/~!'()*-]*(\?event=[\w.%~!'()*-]+)?$/);
        },
      ),
    );
  });
});

describe('placeOfArguments', () => {
  it('takes the first link and no other argument', () => {
    expect(placeOfArguments(['/opt/reeve', '--hidden', 'reeve://health', 'reeve://sent'])).toBe('#/health');
    expect(placeOfArguments(['/opt/reeve', '/home/ana/reeve'])).toBeUndefined();
  });
});
