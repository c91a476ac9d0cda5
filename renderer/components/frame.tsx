import { Outlet } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { useShortcuts } from '../hooks/use-shortcuts.ts';
import { later } from './later.ts';
import { LinkBanner } from './link-banner.tsx';
import { Rail } from './rail.tsx';
import { TopBar } from './top-bar.tsx';

const palette = later(() => import('./palette.tsx'));
const shortcuts = later(() => import('./shortcuts.tsx'));

/** What stands around every page. */
export function Frame() {
  const [overlay, setOverlay] = useState<'palette' | 'keys'>();
  const [paletteParts, shortcutParts] = [palette.usePart(), shortcuts.usePart()];
  const showPalette = useCallback(() => {
    void palette.load();
    setOverlay('palette');
  }, []);
  const showKeys = useCallback(() => {
    void shortcuts.load();
    setOverlay('keys');
  }, []);
  const close = useCallback(() => {
    setOverlay(undefined);
  }, []);
  useShortcuts({ onFind: showPalette, onHelp: showKeys });
  useEffect(() => {
    addEventListener('hashchange', close);
    return () => {
      removeEventListener('hashchange', close);
    };
  }, [close]);
  return (
    <div className="frame">
      <a
        className="skip"
        href="#page"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById('page')?.focus();
        }}
      >
        Skip to the page
      </a>
      <Rail />
      <TopBar onFind={showPalette} />
      <div className="page-area">
        <LinkBanner />
        <Outlet />
      </div>
      {overlay === 'palette' && paletteParts !== undefined && (
        <paletteParts.Palette onClose={close} onHelp={showKeys} />
      )}
      {overlay === 'keys' && shortcutParts !== undefined && <shortcutParts.Shortcuts onClose={close} />}
    </div>
  );
}
