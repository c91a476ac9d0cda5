import { CircleAlert, SearchX } from 'lucide-react';
import type { Setting } from '../../collector/contract/setting.ts';
import { SearchBox } from '../components/filters.tsx';
import { More } from '../components/more.tsx';
import { Page, Section } from '../components/page.tsx';
import { PathText } from '../components/path-text.tsx';
import { SettingRow } from '../components/setting-row.tsx';
import { Suppressions } from '../components/suppressions.tsx';
import { Answer, Empty } from '../components/states.tsx';
import { useCall } from '../hooks/use-call.ts';
import { useFilters } from '../hooks/use-filters.ts';
import { count } from '../words/number.ts';
import { settingName, settingPlace } from '../words/setting.ts';

/** Every setting: its value, who set it, what it does. Managed ones are locked. */
export function SettingsPage() {
  const [filters, change] = useFilters();
  const query = useCall('settings.get', {});
  const words = (filters['q'] ?? '').toLowerCase();
  return (
    <Page
      title="Settings"
      lead="What takes effect only when Reeve starts again says so. Every change is in the activity."
    >
      <div className="toolbar">
        <SearchBox
          label="Find a setting"
          value={filters['q'] ?? ''}
          onChange={(q) => {
            change({ q });
          }}
        />
      </div>
      <Answer query={query}>
        {(view) => (
          <>
            {view.problem !== undefined && (
              <div className="notice-bar" data-severity="high" role="alert">
                <CircleAlert size={16} aria-hidden />
                <div>
                  <p className="strong">The settings file cannot be understood</p>
                  <p className="wrap">{view.problem}</p>
                </div>
              </div>
            )}
            {grouped(view.settings.filter((setting) => fits(setting, words))).map(([group, settings]) => (
              <Group
                key={group}
                title={group}
                settings={settings}
                readOnly={view.problem !== undefined}
                all={words !== ''}
              />
            ))}
            {words !== '' && !view.settings.some((setting) => fits(setting, words)) && (
              <Empty icon={SearchX} title="No setting has these words" />
            )}
            <Suppressions />
            <p className="muted small section-lead">
              Your settings: <PathText path={view.userFile} max={80} />
              {view.managedFile !== undefined && (
                <>
                  {' '}
                  · Your company’s: <PathText path={view.managedFile} max={80} />
                </>
              )}
            </p>
          </>
        )}
      </Answer>
    </Page>
  );
}

function fits(setting: Setting, words: string): boolean {
  return `${settingName(setting.key).name} ${setting.key} ${setting.description}`
    .toLowerCase()
    .includes(words);
}

/** What few people need lies below the rest; what was set by anybody is always seen. */
function Group({
  title,
  settings,
  readOnly,
  all,
}: {
  readonly title: string;
  readonly settings: readonly Setting[];
  readonly readOnly: boolean;
  readonly all: boolean;
}) {
  const isRare = ({ key, source }: Setting): boolean =>
    !all && settingName(key).rare === true && source === 'default';
  const rare = settings.filter(isRare);
  const list = (shown: readonly Setting[]) => (
    <ul className="card list">
      {shown.map((setting) => (
        <SettingRow key={setting.key} setting={setting} readOnly={readOnly} />
      ))}
    </ul>
  );
  return (
    <Section title={title}>
      {list(settings.filter((setting) => !isRare(setting)))}
      {rare.length > 0 && (
        <div className="more-below">
          <More title={`${count(rare.length)} more that few people need`}>{list(rare)}</More>
        </div>
      )}
    </Section>
  );
}

function grouped(settings: readonly Setting[]): readonly (readonly [string, readonly Setting[]])[] {
  const groups = new Map<string, Setting[]>();
  for (const setting of [...settings].sort((a, b) => settingPlace(a.key) - settingPlace(b.key))) {
    const { group } = settingName(setting.key);
    groups.set(group, [...(groups.get(group) ?? []), setting]);
  }
  return [...groups];
}
