import { describe, expect, it } from 'vitest';
import { Contacts } from '../../collector/contacts.ts';

const DAY = 86_400_000;
const contact = (domain: string, timeMs: number) => ({ agentId: 'codex', role: 'tool', domain, timeMs });

describe('contacts', () => {
  it('says nothing is new while it learns what is usual', () => {
    const contacts = new Contacts([]);
    expect(contacts.see(contact('a.test', 0))).toBe('learning');
    expect(contacts.see(contact('a.test', 10))).toBe('known');
    expect(contacts.see(contact('b.test', 6 * DAY))).toBe('learning');
    expect(contacts.see(contact('c.test', 8 * DAY))).toBe('new');
    expect(contacts.see(contact('a.test', 8 * DAY))).toBe('again');
    expect(contacts.see({ ...contact('a.test', 8 * DAY), role: 'mcp-server notes' })).toBe('new');
  });

  it('goes on from what was stored', () => {
    const contacts = new Contacts([contact('b.test', 20 * DAY), contact('a.test', DAY)]);
    expect(contacts.see(contact('a.test', 21 * DAY))).toBe('again');
    expect(contacts.see(contact('x.test', 21 * DAY))).toBe('new');
  });
});
