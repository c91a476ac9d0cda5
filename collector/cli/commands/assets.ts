import { homedir } from 'node:os';
import type { Command } from 'commander';
import type { Asset } from '../../contract/agent.ts';
import { Asset as AssetShape } from '../../contract/agent.ts';
import type { InventoryChange } from '../../contract/inventory-change.ts';
import { type CliContext, CommandError, print, printJson, withReader } from '../context.ts';
import { limitOption, wordOption } from '../options.ts';
import { frameFor, paintSeverity, renderTable } from '../table.ts';
import { ago, tilde } from '../words.ts';
import { decisionFacts, type Fact, thingView } from '../thing-view.ts';
import { type WorstById, worstFirst, worstOfAssets } from '../worst-first.ts';

const KINDS = AssetShape.shape.kind.options;
const MAX_CHANGES = 1_000;
const SHORT_HASH = 12;

/** `reeve assets`, `reeve assets show ID`: what agents take orders or code from, and how it changed. */
export function addAssetCommands(program: Command, context: () => CliContext): void {
  const assets = program
    .command('assets')
    .description('skills, plug-ins, hooks, commands, sub-agents and instructions of the agents, worst first')
    .option('--kind <kind>', KINDS.join(', '), wordOption(KINDS))
    .option('--changed', 'only what changed since the first look, the last change first')
    .option('--limit <n>', 'at most this many', limitOption, 200)
    .option('--json', 'print JSON')
    .action(async (options: { kind?: Asset['kind']; changed?: true; limit: number; json?: true }) => {
      await withReader(context(), async (reader) => {
        const all = (await reader.call('assets.list', {})).filter(
          ({ kind }) => options.kind === undefined || kind === options.kind,
        );
        const findings = await reader.call('findings.list', { suppressed: false, limit: 10_000 });
        const changes = await reader.call('inventory.changes', { kind: 'asset', limit: MAX_CHANGES });
        const worst = worstOfAssets(all, findings);
        const lastChange = new Map([...changes].reverse().map((change) => [change.id, change]));
        const shown = (
          options.changed === true
            ? all
                .filter(({ id }) => lastChange.has(id))
                .sort((a, b) => (lastChange.get(b.id)?.seq ?? 0) - (lastChange.get(a.id)?.seq ?? 0))
            : worstFirst(all, worst)
        ).slice(0, options.limit);
        if (options.json === true)
          printJson(
            shown.map((asset) => {
              const severity = worst.get(asset.id);
              const change = lastChange.get(asset.id);
              return {
                ...asset,
                ...(severity !== undefined && { worst: severity }),
                ...(change !== undefined && { lastChange: change }),
              };
            }),
          );
        else if (shown.length === 0) print('No assets found.');
        else {
          print(assetsView(shown, worst, lastChange));
          if (all.length > shown.length && options.changed !== true)
            print(`\n${all.length - shown.length} more; \`--limit ${all.length}\` shows all.`);
        }
      });
    });
  assets
    .command('show')
    .argument('<id>', 'id or path of an asset, or the beginning of its id')
    .description('one asset: place, hashes, origin, findings, and what changed when')
    .option('--json', 'print JSON')
    .action(async (wanted: string, _options: object, command: Command) => {
      const { json } = command.optsWithGlobals<{ json?: true }>();
      await withReader(context(), async (reader) => {
        const asset = findAsset(await reader.call('assets.list', {}), wanted);
        const changes = await reader.call('inventory.changes', { kind: 'asset', id: asset.id, limit: 50 });
        const findings = (await reader.call('findings.list', { suppressed: false, limit: 10_000 })).filter(
          (finding) => worstOfAssets([asset], [finding]).size > 0,
        );
        if (json === true) {
          printJson({ asset, changes, findings });
          return;
        }
        const nowMs = Date.now();
        const item = (await reader.call('approvals.list', { gone: true })).find(({ id }) => id === asset.id);
        const facts = [...factsOf(asset), ...decisionFacts(item, nowMs)];
        print(thingView({ facts, findings, changes }, nowMs));
      });
    });
}

function findAsset(assets: readonly Asset[], wanted: string): Asset {
  const fitting = assets.filter(({ id, path }) => id === wanted || path === wanted || id.startsWith(wanted));
  const [only, another] = fitting;
  if (only === undefined)
    throw new CommandError(`No asset ${wanted}. \`reeve assets --json\` lists the ids.`);
  if (another !== undefined && only.id !== wanted)
    throw new CommandError(
      `Several fit: ${fitting
        .slice(0, 5)
        .map(({ id }) => id)
        .join(', ')}.`,
    );
  return only;
}

function assetsView(
  assets: readonly Asset[],
  worst: WorstById,
  lastChange: ReadonlyMap<string, InventoryChange>,
): string {
  const { width, nowMs, home } = frameFor(homedir());
  return renderTable(
    [
      { title: 'WORST' },
      { title: 'KIND' },
      { title: 'NAME' },
      { title: 'AGENTS', flexible: true },
      { title: 'CHANGED', align: 'right' },
      { title: 'FROM', flexible: true },
      { title: 'PATH', flexible: true },
    ],
    assets.map((asset) => {
      const severity = worst.get(asset.id);
      const change = lastChange.get(asset.id);
      return [
        severity === undefined ? '-' : { text: severity, paint: paintSeverity(severity) },
        asset.memory === true ? 'memory' : asset.kind,
        asset.name,
        asset.agentIds.join(', '),
        change === undefined ? '-' : ago(change.timeMs, nowMs),
        [asset.origin ?? asset.scope, ...(asset.place === undefined ? [] : [asset.place])].join(', '),
        tilde(asset.path, home),
      ];
    }),
    width,
  );
}

function factsOf(asset: Asset): Fact[] {
  return [
    ['name', `${asset.kind} ${asset.name}`],
    ['path', tilde(asset.path)],
    ['agents', asset.agentIds.join(', ')],
    ['scope', asset.scope],
    ['place', asset.place],
    ['origin', asset.origin],
    ['content', asset.sha256?.slice(0, SHORT_HASH)],
    ['folder', asset.treeSha256?.slice(0, SHORT_HASH)],
    ['id', asset.id],
  ];
}
