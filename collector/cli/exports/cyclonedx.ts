import { createHash } from 'node:crypto';
import type { AgentRecord, Asset, McpServer, ModelRecord } from '../../contract/agent.ts';
import type { ScanDocument } from '../../contract/scan.ts';

interface Property {
  readonly name: string;
  readonly value: string;
}

/**
 * CycloneDX 1.6: agents are applications, skills and other files that steer them files, models machine-learning models,
 * local MCP servers applications with their package URL, remote ones services. Dependencies tell who uses what.
 * The serial number is made of the content: the same machine state gives the same document but for its time.
 */
export function toCycloneDx(document: ScanDocument, version: string): unknown {
  const local = document.mcpServers.filter((server) => server.url === undefined);
  const remote = document.mcpServers.filter((server) => server.url !== undefined);
  const components = [
    ...document.agents.map(agentComponent),
    ...local.map(serverComponent),
    ...document.assets.map(assetComponent),
    ...document.models.map(modelComponent),
  ];
  const services = remote.map(serverService);
  const dependencies = dependenciesOf(document);
  const content = createHash('sha256')
    .update(JSON.stringify([components, services, dependencies]))
    .digest('hex');
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(content)}`,
    version: 1,
    metadata: {
      timestamp: new Date(document.scannedAtMs).toISOString(),
      tools: { components: [{ type: 'application', name: 'reeve', version }] },
      component: { type: 'device', 'bom-ref': 'machine', name: document.host.hostname },
    },
    components,
    services,
    dependencies,
  };
}

function uuidOf(hex: string): string {
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function properties(values: Readonly<Record<string, string | undefined>>): {
  readonly properties?: readonly Property[];
} {
  const found = Object.entries(values).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [{ name: `reeve:${name}`, value }],
  );
  return found.length === 0 ? {} : { properties: found };
}

const agentRef = (id: string): string => `agent:${id}`;

function agentComponent(agent: AgentRecord): unknown {
  const [install] = agent.installs;
  return {
    type: 'application',
    'bom-ref': agentRef(agent.id),
    name: agent.name,
    ...(install?.version === undefined ? {} : { version: install.version }),
    supplier: { name: agent.vendor },
    ...(agent.installs.length === 0
      ? {}
      : { evidence: { occurrences: agent.installs.map(({ path }) => ({ location: path })) } }),
    ...properties({
      kind: agent.kind,
      permissionMode: agent.permissionMode,
      sanction: agent.sanction,
      where: agent.where,
    }),
  };
}

function serverComponent(server: McpServer): unknown {
  const { package: spec } = server;
  const purl = spec === undefined ? undefined : purlOf(spec);
  return {
    type: 'application',
    'bom-ref': server.id,
    name: spec?.name ?? server.name,
    ...(spec?.version === undefined ? {} : { version: spec.version }),
    ...(purl === undefined ? {} : { purl }),
    evidence: { occurrences: [{ location: server.configPath }] },
    ...properties({
      type: 'mcp-server',
      mcpName: server.name,
      transport: server.transport,
      scope: server.scope,
      enabled: String(server.enabled),
      pinned: spec === undefined ? undefined : String(spec.pinned),
      approval: server.approval,
      ...declared(server),
    }),
  };
}

const PURL_TYPES: Readonly<Record<string, string>> = {
  npm: 'npm',
  pypi: 'pypi',
  docker: 'docker',
  cargo: 'cargo',
  go: 'golang',
};

/** Package URL of a registry package; names with a scope keep it as namespace. */
function purlOf(spec: NonNullable<McpServer['package']>): string | undefined {
  const type = PURL_TYPES[spec.ecosystem];
  if (type === undefined) return undefined;
  const name = spec.name
    .split('/')
    .map((part) => encodeURIComponent(part.toWellFormed()))
    .join('/');
  const version =
    spec.version === undefined || !spec.pinned ? '' : `@${encodeURIComponent(spec.version.toWellFormed())}`;
  return `pkg:${type}/${name}${version}`;
}

/** From whose file others take it over, and what its definition names: declared, not seen. */
function declared({ importedBy, reach }: McpServer): Readonly<Record<string, string | undefined>> {
  return {
    importedBy: importedBy?.join(' '),
    declaredPaths: reach?.paths.map(({ path }) => path).join(' '),
    declaredHosts: reach?.hosts.map(({ host }) => host).join(' '),
  };
}

function serverService(server: McpServer): unknown {
  return {
    'bom-ref': server.id,
    name: server.name,
    ...(server.url === undefined ? {} : { endpoints: [encodeURI(server.url.toWellFormed())] }),
    authenticated:
      server.credentialIds.length > 0 || server.headerNames.some((name) => /auth|key|token/i.test(name)),
    'x-trust-boundary': true,
    ...properties({
      type: 'mcp-server',
      transport: server.transport,
      scope: server.scope,
      enabled: String(server.enabled),
      configPath: server.configPath,
      ...declared(server),
    }),
  };
}

function assetComponent(asset: Asset): unknown {
  return {
    type: 'file',
    'bom-ref': asset.id,
    name: asset.name,
    ...(asset.sha256 === undefined ? {} : { hashes: [{ alg: 'SHA-256', content: asset.sha256 }] }),
    evidence: { occurrences: [{ location: asset.path }] },
    ...properties({
      type: asset.kind,
      scope: asset.scope,
      origin: asset.origin,
      // Of the whole folder: no hash of one file, which `hashes` is for.
      treeSha256: asset.treeSha256,
    }),
  };
}

function modelComponent(model: ModelRecord): unknown {
  return {
    type: 'machine-learning-model',
    'bom-ref': `model:${model.id}`,
    name: model.id,
    supplier: { name: model.provider },
    ...properties({ local: String(model.local), sessions: String(model.sessions) }),
  };
}

function dependenciesOf(document: ScanDocument): unknown[] {
  return document.agents.map(({ id }) => {
    const uses = <T extends { readonly agentIds: readonly string[] }>(
      items: readonly T[],
      refOf: (item: T) => string,
    ): string[] => items.filter((item) => item.agentIds.includes(id)).map(refOf);
    const dependsOn = new Set([
      ...uses(document.mcpServers, (server) => server.id),
      ...uses(document.assets, (asset) => asset.id),
      ...uses(document.models, (model) => `model:${model.id}`),
    ]);
    return { ref: agentRef(id), ...(dependsOn.size === 0 ? {} : { dependsOn: [...dependsOn] }) };
  });
}
