import { useLocation } from '@tanstack/react-router';
import { ChevronLeft, Monitor, Moon, Search, Sun } from 'lucide-react';
import { useLinkState } from '../hooks/reeve.tsx';
import { useCall } from '../hooks/use-call.ts';
import { type Theme, THEMES, useTheme } from '../hooks/use-theme.ts';
import { PLACES } from '../places.ts';
import { count } from '../words/number.ts';
import { DropDown } from './drop-down.tsx';
import { Logo } from './rail.tsx';

export function TopBar({ onFind }: { readonly onFind: () => void }) {
  return (
    <header className="bar">
      <a className="bar-brand" href="#/" aria-label="Overview">
        <Logo />
      </a>
      <Crumbs />
      <button type="button" className="finder" onClick={onFind}>
        <Search size={15} aria-hidden />
        <span>Search</span>
        <kbd aria-hidden>Ctrl K</kbd>
      </button>
      <span className="grow" />
      <CollectorState />
      <ThemeMenu />
    </header>
  );
}

/** The way back from one thing to its page. A page says its own name below, and once is enough. */
function Crumbs() {
  const path = useLocation({ select: (location) => location.pathname });
  const place =
    PLACES.findLast(
      (item) => path === item.path || (item.path !== '/' && path.startsWith(`${item.path}/`)),
    ) ?? PLACES[0];
  if (place === undefined) return null;
  const isDetail = path !== place.path;
  return (
    <div className="crumbs">
      {isDetail && (
        <a href={`#${place.path}`}>
          <ChevronLeft size={15} aria-hidden />
          {place.title}
        </a>
      )}
    </div>
  );
}

const PHASES = {
  starting: { words: 'Starting', severity: 'low' },
  reading: { words: 'Reading history', severity: 'low' },
  watching: { words: 'Watching', severity: 'ok' },
  stopping: { words: 'Stopping', severity: 'medium' },
} as const;

const AWAY = { lost: 'Not running', refused: 'Signed out', mismatch: 'Other version' } as const;

function CollectorState() {
  const link = useLinkState();
  const { data } = useCall('overview.get', {});
  if (link.kind !== 'open') {
    const words = link.kind === 'connecting' ? 'Connecting' : AWAY[link.kind];
    return (
      <span
        className="link-state"
        data-severity={link.kind === 'connecting' ? 'low' : 'critical'}
        role="status"
      >
        <span className="dot" data-hollow="" aria-hidden />
        <span className="words">{words}</span>
      </span>
    );
  }
  const { words, severity } = PHASES[data?.phase ?? 'watching'];
  const pending = data?.phase === 'reading' ? `, ${count(data.files.pending)} files left` : '';
  return (
    <a
      className="link-state"
      data-severity={severity}
      href="#/health"
      title={`The collector is ${words.toLowerCase()}${pending}`}
    >
      <span className="dot" aria-hidden />
      <span className="words">{words}</span>
    </a>
  );
}

const THEME_LOOKS = {
  system: { label: 'Like the system', icon: Monitor },
  light: { label: 'Light', icon: Sun },
  dark: { label: 'Dark', icon: Moon },
} as const;

function ThemeMenu() {
  const [theme, setTheme] = useTheme();
  const Icon = THEME_LOOKS[theme].icon;
  return (
    <DropDown
      align="end"
      sideOffset={6}
      value={theme}
      choices={THEMES.map((name) => ({ value: name, label: THEME_LOOKS[name].label }))}
      onChange={(value) => {
        if (isTheme(value)) setTheme(value);
      }}
      trigger={
        <button type="button" className="button" data-look="quiet" data-only-icon="" aria-label="Theme">
          <Icon size={16} aria-hidden />
        </button>
      }
    />
  );
}

function isTheme(value: string): value is Theme {
  return THEMES.some((theme) => theme === value);
}
