import { Tabs } from '@base-ui/react/tabs';
import { useState } from 'react';
import type { SentPreview } from '../../collector/contract/sent.ts';
import { useCall } from '../hooks/use-call.ts';
import { agentName } from '../words/names.ts';
import { bytes } from '../words/number.ts';
import { MODE_WORDS } from '../words/sending.ts';
import { Section } from './page.tsx';
import { Payload } from './payload.tsx';
import { Sentence } from './sentence.tsx';

/** One real thing of this machine, as each mode would send it. Nothing is sent by looking. */
export function SentExample() {
  const { data } = useCall('sent.preview', {});
  const { data: stats } = useCall('sent.stats', {});
  const [chosen, setChosen] = useState<string>();
  if (data === undefined || data === null) return null;
  // What would be sent if something was: nothing at all is a dull example.
  const value = chosen ?? (stats === undefined || stats.mode === 'off' ? 'metadata' : stats.mode);
  return (
    <Section title="What each mode would send" aside="an example from this machine; looking sends nothing">
      <p className="section-lead wrap">
        <About about={data.about} />
      </p>
      <Tabs.Root
        value={value}
        onValueChange={(next: unknown) => {
          setChosen(String(next));
        }}
      >
        <Tabs.List className="tabs-list" aria-label="Mode">
          {data.modes.map((item) => (
            <Tabs.Tab key={item.mode} value={item.mode} className="tab">
              {MODE_WORDS[item.mode].name}
              <span className="muted small num">
                {' '}
                {item.payload === undefined ? 'nothing' : bytes(item.bytes)}
              </span>
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {data.modes.map((item) => (
          <Tabs.Panel key={item.mode} value={item.mode} className="tab-panel stack">
            <p className="muted">{MODE_WORDS[item.mode].what}</p>
            {item.payload !== undefined && (
              <Payload payload={item.payload} label={`What the mode ${item.mode} would send`} />
            )}
          </Tabs.Panel>
        ))}
      </Tabs.Root>
    </Section>
  );
}

/** The example in words; what the collector calls it stands in until they are here. */
function About({ about }: { readonly about: SentPreview['about'] }) {
  const { data } = useCall('events.get', { id: about.id }, { enabled: about.kind === 'event' });
  if (data === undefined || data === null) return about.title;
  return (
    <>
      {agentName(data.event.agentId)} <Sentence event={data.event} />
    </>
  );
}
