import { describe, expect, it } from 'vitest';
import { splitMcpName } from '../../../../collector/agents/shared/mcp-name.ts';

describe('splitMcpName', () => {
  it('splits at the first double underscore after the prefix', () => {
    expect(splitMcpName('mcp__tracker__create_issue')).toEqual({ server: 'tracker', tool: 'create_issue' });
    expect(splitMcpName('mcp__a__b__c')).toEqual({ server: 'a', tool: 'b__c' });
  });

  it.each(['', 'Bash', 'mcp__', 'mcp__a', 'mcp__a__', 'mcp____b', 'mcp_a__b'])('leaves %j alone', (name) => {
    expect(splitMcpName(name)).toBeUndefined();
  });
});
