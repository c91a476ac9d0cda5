import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import {
  Bot,
  FileSearch,
  Keyboard,
  type LucideIcon,
  MoonStar,
  ScanSearch,
  SquareTerminal,
} from 'lucide-react';
import { useMemo, useState } from 'react';
import { useCall } from '../hooks/use-call.ts';
import { useTheme } from '../hooks/use-theme.ts';
import { links } from '../links.ts';
import { PLACES } from '../places.ts';
import { plainSentence } from '../words/event-sentence.ts';
import { agentName } from '../words/names.ts';
import { baseName } from '../words/path.ts';

interface Command {
  readonly value: string;
  readonly label: string;
  readonly hint: string;
  readonly icon: LucideIcon;
  readonly run: () => void;
}

interface Group {
  readonly value: string;
  readonly items: readonly Command[];
}

const MIN_SEARCH = 3;
const MAX_EACH = 60;

/** Goes to any page, session, finding or agent, finds words in what agents did, and runs the few global commands. */
export function Palette({ onClose, onHelp }: { readonly onClose: () => void; readonly onHelp: () => void }) {
  const [text, setText] = useState('');
  const groups = useGroups(text, onHelp);
  return (
    <Dialog.Root
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="palette" aria-label="Search and commands">
          <Autocomplete.Root
            open
            inline
            items={groups}
            value={text}
            onValueChange={setText}
            itemToStringValue={(item: Command) => `${item.label} ${item.hint}`}
            autoHighlight="always"
            keepHighlight
          >
            <Autocomplete.Input
              className="palette-input"
              aria-label="Search and commands"
              placeholder="Go to, or find a session, a finding, a command…"
            />
            <Autocomplete.Empty>
              <div className="palette-empty">Nothing here has these words.</div>
            </Autocomplete.Empty>
            <Autocomplete.List className="palette-list">
              {(group: Group) => (
                <Autocomplete.Group key={group.value} items={group.items}>
                  <Autocomplete.GroupLabel className="palette-label">{group.value}</Autocomplete.GroupLabel>
                  <Autocomplete.Collection>
                    {(item: Command) => (
                      <Autocomplete.Item
                        key={item.value}
                        value={item}
                        className="palette-item"
                        onClick={() => {
                          onClose();
                          item.run();
                        }}
                      >
                        <item.icon size={15} aria-hidden />
                        <span className="cut grow">{item.label}</span>
                        <span className="muted small nowrap">{item.hint}</span>
                      </Autocomplete.Item>
                    )}
                  </Autocomplete.Collection>
                </Autocomplete.Group>
              )}
            </Autocomplete.List>
          </Autocomplete.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function useGroups(text: string, onHelp: () => void): readonly Group[] {
  const [, setTheme] = useTheme();
  const { data: sessions } = useCall('sessions.list', { limit: MAX_EACH });
  const { data: findings } = useCall('findings.list', { status: 'open', limit: MAX_EACH });
  const { data: agents } = useCall('agents.list', {});
  const words = text.trim();
  const { data: found } = useCall(
    'events.search',
    { words, limit: 12 },
    { enabled: words.length >= MIN_SEARCH, keep: true },
  );
  return useMemo(() => {
    const go = (href: string) => (): void => {
      location.hash = href;
    };
    const pages = PLACES.map((place): Command => ({
      value: `page:${place.id}`,
      label: place.title,
      hint: `g ${place.key}`,
      icon: place.icon,
      run: go(`#${place.path}`),
    }));
    const commands: readonly Command[] = [
      { value: 'keys', label: 'Show the keys', hint: '?', icon: Keyboard, run: onHelp },
      ...(['light', 'dark', 'system'] as const).map((theme): Command => ({
        value: `theme:${theme}`,
        label: theme === 'system' ? 'Theme like the system' : `Use the ${theme} theme`,
        hint: 'theme',
        icon: MoonStar,
        run: () => {
          setTheme(theme);
        },
      })),
    ];
    const searched = words.length >= MIN_SEARCH ? (found ?? []) : [];
    return [
      { value: 'Pages', items: pages },
      {
        value: 'Findings',
        items: (findings ?? []).map((finding) => ({
          value: finding.id,
          label: finding.title,
          hint: baseName(finding.subject.value),
          icon: ScanSearch,
          run: go(links.finding(finding.id)),
        })),
      },
      {
        value: 'Sessions',
        items: (sessions ?? []).map((session) => ({
          value: session.id,
          label: `${agentName(session.agentId)} in ${baseName(session.cwd ?? 'an unknown folder')}`,
          hint: session.nativeId.slice(0, 8),
          icon: SquareTerminal,
          run: go(links.session(session.id)),
        })),
      },
      {
        value: 'Agents',
        items: (agents ?? []).map((agent) => ({
          value: agent.id,
          label: agent.name,
          hint: agent.vendor,
          icon: Bot,
          run: go(links.agent(agent.id)),
        })),
      },
      {
        value: 'In what agents did',
        items: searched.map(({ event }) => ({
          value: event.id,
          label: plainSentence(event),
          // The words searched for may stand where the sentence does not show them; the list filters by label and hint.
          hint: `${agentName(event.agentId)} · ${words}`,
          icon: FileSearch,
          run: go(links.event(event.sessionId, event.id)),
        })),
      },
      { value: 'Commands', items: commands },
    ].filter((group) => group.items.length > 0);
  }, [sessions, findings, agents, found, words, onHelp, setTheme]);
}
