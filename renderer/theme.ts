import { THEME_COOKIE } from '../collector/contract/first-look.ts';

export type ChosenTheme = 'light' | 'dark';

const KEY = 'reeve.theme';
const YEAR_S = 31_536_000;

/** Keeps the choice in this browser, or in the app; without one the theme of the system holds. */
export function storeTheme(theme: ChosenTheme | undefined): void {
  // For the collector, which makes the page; the app has no cookies.
  document.cookie = `${THEME_COOKIE}=${theme ?? ''}; Path=/; SameSite=Strict; Max-Age=${theme === undefined ? 0 : YEAR_S}`;
  try {
    if (theme === undefined) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // Storage is closed: the choice holds until the page is left.
  }
}

export function storedTheme(): ChosenTheme | undefined {
  try {
    const theme = localStorage.getItem(KEY);
    return theme === 'light' || theme === 'dark' ? theme : undefined;
  } catch {
    return undefined; // storage is closed to this page
  }
}
