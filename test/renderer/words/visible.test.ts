import { describe, expect, it } from 'vitest';
import { visible } from '../../../renderer/words/visible.ts';
import { shortPath, tildeText } from '../../../renderer/words/path.ts';

describe('a name of a stranger', () => {
  it('cannot turn or hide anything: such letters are written out', () => {
    expect(visible('gpj\u202Etxt.sh')).toBe('gpj⟨202E⟩txt.sh');
    expect(visible('do\u200Bcs\u0000\u{e0041}')).toBe('do⟨200B⟩cs⟨0000⟩⟨E0041⟩');
    expect(tildeText('/home/ana/\u2066x', '/home/ana')).toBe('~/⟨2066⟩x');
    expect(shortPath('/home/ana/\u202Ea', 30, '/home/ana')).toBe('~/⟨202E⟩a');
  });

  it('stays as it is in every language that people write', () => {
    for (const name of ['Größe', 'שלום', '日本語 の', 'مرحبا', 'e\u0301', '🇬🇧 ok', 'a\tb\nc'])
      expect(visible(name)).toBe(name);
  });
});
