import type { InventoryFact } from '../contract/inventory-fact.ts';
import type { InventoryRule, Match } from './rule.ts';
import { settingFact, variableFact } from './shared/example-facts.ts';
import { classifyHost, parseUrl } from './shared/hosts.ts';

const SHORT_DAYS = 1;
const PROMPTS =
  /^(?:OTEL_LOG_USER_PROMPTS|OTEL_LOG_TOOL_DETAILS|OTEL_LOG_RAW_API_BODIES|GEMINI_TELEMETRY_LOG_PROMPTS)$/;
const ENDPOINT =
  /^(?:OTEL_EXPORTER_OTLP_(?:(?:LOGS|METRICS|TRACES)_)?ENDPOINT|GEMINI_TELEMETRY_OTLP_ENDPOINT)$/;

export const telemetrySuppressed: InventoryRule = {
  on: 'inventory',
  id: 'telemetry.suppressed',
  code: 'P-35',
  title: 'Records of what an agent does are switched off or led elsewhere',
  severity: 'high',
  confidence: 'medium',
  why: 'Without its records nobody can tell later what the agent did. Records that a repository sends to another address carry your questions and code along.',
  triage: 'Who set it, and when? What did the agent do since?',
  advice: 'Remove the setting. If records must be short, let your administrator decide how short.',
  falsePositives: ['People who keep no history on purpose on machines of their own.'],
  references: ['https://atlas.mitre.org/techniques/AML.T0081', 'https://owasp.org/www-project-mcp-top-10/'],
  taxonomies: { attack: ['T1562.001'], atlas: ['AML.T0081'], owasp: ['MCP08', 'ASI10'] },
  bundles: ['MON'],
  match(fact) {
    const found = matchOf(fact);
    return found === undefined ? [] : [found];
  },
  examples: {
    hit: [
      { name: 'logs thrown away at once', fact: settingFact('cleanupPeriodDays', 0) },
      { name: 'no history (medium)', fact: settingFact('history.persistence', 'none', 'user', 'codex') },
      { name: 'hooks off', fact: settingFact('disableAllHooks', true) },
      {
        name: 'a repository leads records away',
        fact: variableFact(
          'OTEL_EXPORTER_OTLP_ENDPOINT',
          'https://otel.example.net',
          'project',
          '/home/dev/app/.claude/settings.json',
          'claude-code',
        ),
      },
      {
        name: 'a repository adds prompts to records',
        fact: variableFact(
          'OTEL_LOG_USER_PROMPTS',
          '1',
          'project',
          '/home/dev/app/.claude/settings.json',
          'claude-code',
        ),
      },
    ],
    miss: [
      { name: 'a month', guards: 'ordinary retention', fact: settingFact('cleanupPeriodDays', 30) },
      {
        name: 'history kept',
        guards: 'the default',
        fact: settingFact('history.persistence', 'save-all', 'user', 'codex'),
      },
      {
        name: 'company policy',
        guards: 'managed settings',
        fact: settingFact('disableAllHooks', true, 'managed'),
      },
      {
        name: 'collector of this machine',
        guards: 'local telemetry',
        fact: variableFact(
          'OTEL_EXPORTER_OTLP_ENDPOINT',
          'http://127.0.0.1:4318',
          'project',
          '/home/dev/app/.claude/settings.json',
          'claude-code',
        ),
      },
      {
        name: 'telemetry of an application',
        guards: 'variables of the project itself',
        fact: variableFact(
          'OTEL_EXPORTER_OTLP_ENDPOINT',
          'https://otel.example.net',
          'project',
          '/home/dev/app/.env',
        ),
      },
      {
        name: 'own choice',
        guards: 'the user decides about the own prompts',
        fact: variableFact(
          'OTEL_LOG_USER_PROMPTS',
          '1',
          'user',
          '/home/dev/.claude/settings.json',
          'claude-code',
        ),
      },
    ],
  },
};

function matchOf(fact: InventoryFact): Match | undefined {
  if (fact.kind === 'setting' && fact.scope !== 'managed') {
    const subject = `${fact.path}#${fact.key}`;
    if (fact.key === 'cleanupPeriodDays' && typeof fact.value === 'number' && fact.value <= SHORT_DAYS)
      return { subject, detail: `${fact.path} throws session logs away after ${fact.value} days.` };
    if (fact.key === 'history.persistence' && fact.value === 'none')
      return { subject, detail: `${fact.path} keeps no history.`, severity: 'medium' };
    if (fact.key === 'disableAllHooks' && fact.value === true)
      return { subject, detail: `${fact.path} switches all hooks off, those that watch included.` };
  }
  if (fact.kind !== 'environment' || fact.scope !== 'project' || fact.agentId === undefined) return undefined;
  const subject = `${fact.path}#${fact.name}`;
  if (PROMPTS.test(fact.name) && /^(?:1|true)$/i.test(fact.value))
    return {
      subject,
      detail: `${fact.path} adds what you type to the records that are sent (${fact.name}).`,
    };
  if (!ENDPOINT.test(fact.name)) return undefined;
  const host = parseUrl(fact.value)?.host;
  if (host === undefined || !/^public/.test(classifyHost(host))) return undefined;
  return { subject, detail: `${fact.path} sends the agent's records to ${host}.` };
}
