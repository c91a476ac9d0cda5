import { CircleAlert } from 'lucide-react';
import type { Setting } from '../../collector/contract/setting.ts';
import { SearchBox } from '../components/filters.tsx';
import { Page, Section } from '../components/page.tsx';
import { PathText } from '../components/path-text.tsx';
import { SettingRow } from '../components/setting-row.tsx';
import { Suppressions } from '../components/suppressions.tsx';
import { Answer } from '../components/states.tsx';
import { useCall } from '../hooks/use-call.ts';
import { useFilters } from '../hooks/use-filters.ts';
import { settingName } from '../words/setting.ts';

/** Every setting: its value, who set it, what it does. Managed ones are locked. */
export function SettingsPage() {
  const [filters, change] = useFilters();
  const query = useCall('settings.get', {});
  const words = (filters['q'] ?? '').toLowerCase();
  return (
    <Page
      title="Settings"
      lead="Every change is in the activity. Most take effect when the collector starts again; what waits for that says so."
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
            {grouped(
              view.settings.filter((setting) =>
                `${setting.key} ${setting.description}`.toLowerCase().includes(words),
              ),
            ).map(([group, settings]) => (
              <Section key={group} title={group}>
                <ul className="card list">
                  {settings.map((setting) => (
                    <SettingRow key={setting.key} setting={setting} readOnly={view.problem !== undefined} />
                  ))}
                </ul>
              </Section>
            ))}
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

function grouped(settings: readonly Setting[]): readonly (readonly [string, readonly Setting[]])[] {
  const groups = new Map<string, Setting[]>();
  for (const setting of settings) {
    const { group } = settingName(setting.key);
    groups.set(group, [...(groups.get(group) ?? []), setting]);
  }
  return [...groups];
}
