import { Outlet } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { useShortcuts } from '../hooks/use-shortcuts.ts';
import { LinkBanner } from './link-banner.tsx';
import { Palette } from './palette.tsx';
import { Rail } from './rail.tsx';
import { Shortcuts } from './shortcuts.tsx';
import { TopBar } from './top-bar.tsx';

/** What stands around every page. */
export function Frame() {
  const [overlay, setOverlay] = useState<'palette' | 'keys'>();
  const showPalette = useCallback(() => {
    setOverlay('palette');
  }, []);
  const showKeys = useCallback(() => {
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
      {overlay === 'palette' && <Palette onClose={close} onHelp={showKeys} />}
      {overlay === 'keys' && <Shortcuts onClose={close} />}
    </div>
  );
}
