import type { McpServer } from '../../contract/agent.ts';

/** The three things that together let a stranger's text carry data out. */
export const ABILITIES = ['reads what strangers write', 'reads private data', 'sends to others'] as const;
export type Ability = (typeof ABILITIES)[number];

/** By words of the package, address or name of a server. Widely used servers, npm and PyPI, 2026-11. */
const WORDS: Readonly<Record<Ability, RegExp>> = {
  'reads what strangers write':
    /(?:^|[^a-z])(?:fetch|browser\w{0,10}|playwright|puppeteer|chrome|firecrawl|tavily|exa|brave|duckduckgo|perplexity|search|scrap\w{2,4}|crawl\w{0,3}|github|gitlab|bitbucket|jira|atlassian|linear|slack|discord|telegram|whatsapp|gmail|outlook|e?mail|zendesk|intercom|hubspot|sentry|reddit|rss|youtube|twitter)(?![a-z])/i,
  'reads private data':
    /(?:^|[^a-z])(?:filesystem|desktop-commander|github|gitlab|bitbucket|gdrive|google-drive|drive|onedrive|sharepoint|dropbox|gmail|outlook|e?mail|slack|notion|confluence|jira|atlassian|obsidian|postgres\w{0,5}|mysql|mssql|mongo\w{0,3}|sqlite|supabase|bigquery|snowflake|redis|elastic\w{0,7}|salesforce|hubspot|stripe|1password|vault|aws|azure|gcp|kubernetes|k8s|memory|whatsapp)(?![a-z])/i,
  'sends to others':
    /(?:^|[^a-z])(?:fetch|browser\w{0,10}|playwright|puppeteer|chrome|desktop-commander|shell|terminal|github|gitlab|bitbucket|jira|linear|slack|discord|telegram|whatsapp|twilio|sendgrid|resend|gmail|outlook|e?mail|notion|webhook|zapier|n8n|twitter|s3)(?![a-z])/i,
};

export function abilitiesOf({ name, package: pack, url }: McpServer): readonly Ability[] {
  const text = `${pack?.name ?? ''} ${hostAndPath(url)} ${name}`.slice(0, 500);
  return ABILITIES.filter((ability) => WORDS[ability].test(text));
}

/** The query of an address holds keys and words that say nothing of the server. */
function hostAndPath(url: string | undefined): string {
  return url?.split(/[?#]/, 1)[0] ?? '';
}
