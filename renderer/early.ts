import { pageOf } from './page-of.ts';
import { storedTheme } from './theme.ts';
import { openEarly } from './transport/early-socket.ts';
import { firstQuestions, inPageSince, isAnsweredInPage } from './transport/first.ts';

/**
 * Stands in the page itself, before its styles: what need not wait until anything else is here. The chosen theme does
 * not flash in after the other one, the connection stands and the first questions are on their way while the program
 * is still read, and the files of the page at this address are fetched beside it.
 */

/** By page, which of all these files it needs beside the program. Written here by the build. */
declare const PAGE_FILES: readonly [
  files: readonly string[],
  pages: Readonly<Record<string, readonly number[]>>,
];

const { protocol, host, pathname, search, hash } = location;
if (window.reeve !== undefined) {
  // The app connects by itself. A browser says its theme with the request: asking the storage would hold the page up.
  const theme = storedTheme();
  if (theme !== undefined) document.documentElement.dataset['theme'] = theme;
} else if (pathname === '/') connect();
// Addresses live behind the `#`; one typed as a path means the same page.
else location.replace(`/#${pathname}${search}`);

const [files, pages] = PAGE_FILES;
for (const index of pages[pageOf(hash)] ?? []) {
  const link = document.createElement('link');
  link.rel = 'modulepreload';
  link.crossOrigin = '';
  link.href = `/${files[index] ?? ''}`;
  document.head.append(link);
}

function connect(): void {
  const since = inPageSince(document);
  const questions: { method: string; params: unknown }[] = [];
  firstQuestions(hash, (method, params) => {
    if (since === undefined || !isAnsweredInPage(method)) questions.push({ method, params });
  });
  const scheme = protocol === 'https:' ? 'wss:' : 'ws:';
  const url = `${scheme}//${host}/api${since === undefined ? '' : `?since=${since}`}`;
  Object.assign(window, { reeveEarly: openEarly(url, questions) });
}
