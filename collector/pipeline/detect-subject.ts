import { assertNever } from '../contract/assert-never.ts';
import type { Finding } from '../contract/finding.ts';
import type { InventoryFact } from '../contract/inventory-fact.ts';

export type FactSubject = Finding['subject'];

/** What a finding about a fact is about, and where a person finds it. */
export function subjectOfFact(fact: InventoryFact): {
  readonly subject: Omit<FactSubject, 'value'>;
  readonly path?: string;
  readonly line?: number;
} {
  switch (fact.kind) {
    case 'mcp-server':
      return {
        subject: { kind: 'mcp-server', ...agent(fact.server.agentIds[0]) },
        path: fact.server.configPath,
      };
    case 'setting':
      return { subject: { kind: 'config', agentId: fact.agentId }, path: fact.path };
    case 'environment':
      return { subject: { kind: 'config', ...agent(fact.agentId) }, path: fact.path, ...line(fact.line) };
    case 'alias':
      return { subject: { kind: 'config' }, path: fact.path, line: fact.line };
    case 'credential':
      return {
        subject: { kind: 'credential', ...agent(fact.credential.usedBy.agentIds[0]) },
        path: fact.credential.location.path,
        ...line(fact.credential.location.line),
      };
    case 'file-mode':
      return { subject: { kind: 'config', ...agent(fact.agentIds[0]) }, path: fact.path };
    case 'hook':
    case 'asset':
      return { subject: { kind: 'asset', ...agent(fact.asset.agentIds[0]) }, path: fact.asset.path };
    case 'agent':
      return { subject: { kind: 'agent', agentId: fact.agent.id }, ...pathOf(fact.agent.installs[0]?.path) };
    case 'install':
      return { subject: { kind: 'agent', agentId: fact.agentId }, path: fact.path };
    case 'profile':
      return { subject: { kind: 'agent', agentId: fact.agentId }, path: fact.path };
    case 'git-setting':
      return { subject: { kind: 'config' }, path: fact.path, line: fact.line };
    case 'repository-trap':
    case 'project-link':
      return { subject: { kind: 'config' }, path: fact.path };
    case 'extension':
      return { subject: { kind: 'asset' }, path: fact.path };
    case 'running-agent':
      return { subject: { kind: 'process', agentId: fact.agentId } };
    default:
      return assertNever(fact);
  }
}

function agent(id: string | undefined): { readonly agentId?: string } {
  return id === undefined ? {} : { agentId: id };
}

function pathOf(value: string | undefined): { readonly path?: string } {
  return value === undefined ? {} : { path: value };
}

function line(value: number | undefined): { readonly line?: number } {
  return value === undefined ? {} : { line: value };
}
