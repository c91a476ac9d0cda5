import { useNavigate, useParams } from '@tanstack/react-router';
import { Puzzle } from 'lucide-react';
import type { Asset } from '../../collector/contract/agent.ts';
import { CopyJson } from '../components/copy.tsx';
import { FoundAbout } from '../components/found-about.tsx';
import { Facts } from '../components/page.tsx';
import { PathText } from '../components/path-text.tsx';
import { Sheet } from '../components/sheet.tsx';
import { Answer, Empty } from '../components/states.tsx';
import { PutBack, TakeOut, useTakenOut } from '../components/take-out.tsx';
import { UsedBy } from '../components/used-by.tsx';
import { When } from '../components/when.tsx';
import { useHome } from '../hooks/machine.tsx';
import { useCall } from '../hooks/use-call.ts';
import { isAboutAsset } from '../words/about.ts';
import { humanize, SCOPE_WORDS } from '../words/names.ts';
import { visible } from '../words/visible.ts';
import { baseName, tildeText } from '../words/path.ts';

/** One skill, hook or other file that extends an agent: what it is, who follows it, what was found, taking it away. */
export function AssetSheet() {
  const { id = '' } = useParams({ strict: false });
  const navigate = useNavigate();
  const query = useCall('assets.list', {});
  const asset = query.data?.find((item) => item.id === id);
  const taken = useTakenOut().find(({ target }) => target.id === id);
  const what = asset === undefined ? undefined : removable(asset);
  // Told before it is asked for: a button that then says no helps nobody.
  const { data: preview } = useCall(
    'quarantine.add',
    { kind: what?.kind ?? 'skill', id, preview: true },
    { enabled: what !== undefined },
  );
  return (
    <Sheet
      title={asset === undefined ? 'Skill or hook' : nameOf(asset)}
      above={asset === undefined ? undefined : humanize(asset.kind)}
      actions={asset === undefined ? undefined : <CopyJson value={asset} />}
      onClose={() => void navigate({ to: '/agents' })}
      foot={what === undefined || preview?.status !== 'done' ? undefined : <TakeOut what={what} />}
    >
      <Answer query={query}>
        {() =>
          asset === undefined ? (
            <Empty
              icon={Puzzle}
              title={taken === undefined ? 'This is not on the machine any more' : 'It is out of use'}
              action={
                taken === undefined ? undefined : <PutBack auditSeq={taken.auditSeq} effect={taken.undo} />
              }
            >
              {taken === undefined ? undefined : 'Its agent does not find it. You can put it back as it was.'}
            </Empty>
          ) : (
            <OneAsset asset={asset} refusal={preview?.status === 'refused' ? preview.detail : undefined} />
          )
        }
      </Answer>
    </Sheet>
  );
}

function nameOf(asset: Asset): string {
  return visible(asset.name === '' ? baseName(asset.path) : asset.name);
}

function removable(asset: Asset) {
  const { kind, id } = asset;
  return asset.scope !== 'managed' && (kind === 'skill' || kind === 'hook')
    ? { kind, id, name: nameOf(asset) }
    : undefined;
}

const EXPLAINED: Readonly<Partial<Record<Asset['kind'], string>>> = {
  hook: 'A hook is a command that runs by itself at certain steps of the agent. Nobody is asked.',
  skill: 'A skill is a text with instructions, sometimes with programs, that the agent follows when it fits.',
  instructions: 'The agent reads this file at the start of each session and does what it says.',
  command: 'A ready-made request that a person can give the agent by its name.',
  subagent: 'A helper the agent can start, with instructions and permissions of its own.',
  plugin: 'A bundle that can bring skills, hooks, commands and MCP servers.',
  marketplace: 'A place that plugins are taken from.',
};

function OneAsset({
  asset,
  refusal,
}: {
  readonly asset: Asset;
  /** Why Reeve cannot take it out of use, and what to do instead. */
  readonly refusal: string | undefined;
}) {
  const explained = EXPLAINED[asset.kind];
  const home = useHome();
  return (
    <div className="story">
      {explained !== undefined && (
        <section>
          <p className="prose muted">{explained}</p>
        </section>
      )}
      <FoundAbout isAbout={(finding) => isAboutAsset(finding, asset)} />
      <section>
        <Facts
          items={[
            ['Lies in', <PathText key="p" path={asset.path} max={64} />],
            ['Set for', SCOPE_WORDS[asset.scope]],
            ['Came from', asset.origin],
            [
              'Changed',
              asset.modifiedMs === undefined ? undefined : <When key="m" timeMs={asset.modifiedMs} />,
            ],
            ['Where', asset.place],
          ]}
        />
      </section>
      <UsedBy agentIds={asset.agentIds} />
      {refusal !== undefined && (
        <section>
          <h3>Taking it out of use</h3>
          <p className="prose wrap">{tildeText(refusal, home)}</p>
        </section>
      )}
      {asset.scope === 'managed' && (
        <section>
          <h3>Taking it out of use</h3>
          <p className="prose">Your administrator set it. Ask them: Reeve leaves it alone.</p>
        </section>
      )}
    </div>
  );
}
