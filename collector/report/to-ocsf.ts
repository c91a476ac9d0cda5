import { assertNever } from '../contract/assert-never.ts';
import type { ReportItem } from '../contract/report.ts';
import type { OcsfContext, OcsfEvent } from './ocsf.ts';
import { eventToOcsf } from './to-ocsf-event.ts';
import { findingToOcsf } from './to-ocsf-finding.ts';
import {
  agentToOcsf,
  assetToOcsf,
  countsToOcsf,
  credentialToOcsf,
  healthToOcsf,
  serverToOcsf,
  sessionToOcsf,
} from './to-ocsf-inventory.ts';

/**
 * One report as an OCSF event. Says all that the item holds: reduce the item with `fieldsFor` first.
 * Pure; every result is valid against the schema, whatever text the item carries.
 */
export function toOcsf(item: ReportItem, context: OcsfContext): OcsfEvent {
  switch (item.type) {
    case 'event':
      return eventToOcsf(item, context);
    case 'finding':
      return findingToOcsf(item, context);
    case 'session':
      return sessionToOcsf(item, context);
    case 'agent':
      return agentToOcsf(item, context);
    case 'mcp-server':
      return serverToOcsf(item, context);
    case 'credential':
      return credentialToOcsf(item, context);
    case 'asset':
      return assetToOcsf(item, context);
    case 'health':
      return healthToOcsf(item, context);
    case 'counts':
      return countsToOcsf(item, context);
    default:
      return assertNever(item);
  }
}
