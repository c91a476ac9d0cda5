import type { Asset, McpServer } from '../../collector/contract/agent.ts';
import type { Finding } from '../../collector/contract/finding.ts';

/** Whether a finding is about this server: by its place in the settings, its package, or its host. */
export function isAboutServer({ subject, evidence }: Finding, server: McpServer): boolean {
  if (subject.kind !== 'mcp-server') return false;
  const { value } = subject;
  if (value === server.id || value === `${server.configPath}#${server.pointer}`) return true;
  if (!evidence.some(({ path }) => path === server.configPath)) return false;
  const { package: pack, url, name } = server;
  return (
    value === name ||
    (pack !== undefined && value === `${pack.ecosystem}:${pack.name}`) ||
    (url !== undefined && URL.canParse(url) && value === new URL(url).hostname)
  );
}

/** Whether a finding is about this skill, hook or other file that extends an agent. */
export function isAboutAsset({ subject }: Finding, asset: Asset): boolean {
  const { value } = subject;
  if (asset.kind !== 'hook') return value === asset.path || value.startsWith(`${asset.path}#`);
  // One file holds many hooks: the rules name the hook itself, or the event it hangs on.
  return value === `${asset.path}#${asset.id}` || value.startsWith(`${asset.path}#${asset.name} `);
}

/** The one server a finding is about; undefined when there is none, or more than one that it could be. */
export function serverOf(finding: Finding, servers: readonly McpServer[]): McpServer | undefined {
  const fitting = servers.filter((server) => isAboutServer(finding, server));
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** The one skill or hook a finding is about, that can be taken out of use. */
export function assetOf(finding: Finding, assets: readonly Asset[]): Asset | undefined {
  const fitting = assets.filter(
    (asset) => (asset.kind === 'skill' || asset.kind === 'hook') && isAboutAsset(finding, asset),
  );
  return fitting.length === 1 ? fitting[0] : undefined;
}
