import { expect, it } from 'vitest';
import { functionCall } from '../../../../collector/agents/shared/function-call.ts';

it.each([
  [
    { id: 'a', function: { name: 'f', arguments: '{"x":1}' } },
    { id: 'a', name: 'f', args: { x: 1 } },
  ],
  [
    { id: 'a', function: { name: 'f', arguments: { x: 1 } } },
    { id: 'a', name: 'f', args: { x: 1 } },
  ],
  [
    { id: 'a', function: { arguments: '{"x":' } },
    { id: 'a', name: '', args: {} },
  ],
  [
    { id: 'a', function: { name: 'f', arguments: '[1]' } },
    { id: 'a', name: 'f', args: {} },
  ],
  [{ function: { name: 'f' } }, undefined],
  [{ id: 'a' }, undefined],
  [null, undefined],
  ['x', undefined],
])('reads %j', (value, call) => {
  expect(functionCall(value)).toEqual(call);
});
