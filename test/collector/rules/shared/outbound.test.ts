import { expect, it } from 'vitest';
import type { ExampleCall } from '../../../../collector/rules/rule.ts';
import { outboundOf } from '../../../../collector/rules/shared/outbound.ts';
import { exampleEvents } from '../../../../collector/pipeline/example-events.ts';

function said(call: ExampleCall): readonly string[] {
  return exampleEvents({ name: 'x', calls: [call] }).flatMap((event) =>
    event.kind === 'tool.call' ? outboundOf(event).flatMap(({ text, login }) => [text, login]) : [],
  );
}
const total = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + text.length, 0);

it('looks at the beginning and the end of what a call sends, however much lies between', () => {
  const texts = said({ shell: `curl -d 'first${'x'.repeat(20_000)}last' https://a.example.net/` });
  expect(texts.join(' ')).toContain('first');
  expect(said({ shell: `curl https://a.example.net/ -d 'x${'x'.repeat(20_000)}last'` }).join(' ')).toContain(
    'last',
  );
  expect(total(texts)).toBeLessThanOrEqual(8_192);
});

it('shares one limit among all that a call sends', () => {
  const one = `curl -H 'Authorization: ${'t'.repeat(3_000)}' -d ${'y'.repeat(3_000)} https://a.example.net/`;
  const texts = said({ shell: Array.from({ length: 20 }, () => one).join('; ') });
  expect(total(texts)).toBeGreaterThan(6_000);
  expect(total(texts)).toBeLessThanOrEqual(8_192);
});

it('leaves a short call as it is', () => {
  expect(said({ shell: `curl -H 'Authorization: Bearer abc' -d q=1 https://a.example.net/` })).toEqual([
    '-H\n-d\nq=1\nhttps://a.example.net/'.replace('-H\n', ''),
    'Authorization: Bearer abc',
  ]);
});
