import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { PLACES } from '../renderer/places.ts';

const LOADING_LINES = 10;

/**
 * The frame of the window before its program runs: rail, bar and grey lines, as `Frame` draws them, so that the first
 * picture stands at once and does not move when the program takes over.
 */
export function shellHtml(): string {
  const place = ({ id, path, title, icon }: (typeof PLACES)[number]) =>
    createElement(
      'a',
      { key: id, className: 'place', href: `#${path}`, title },
      createElement(icon, { size: 16, 'aria-hidden': true }),
      createElement('span', { className: 'place-name' }, title),
    );
  const groups = ([1, 2, 3] as const).map((group) =>
    createElement(
      'div',
      { key: group, className: 'rail-group' },
      PLACES.filter((one) => one.group === group).map(place),
    ),
  );
  const lines = Array.from({ length: LOADING_LINES }, (_, index) =>
    createElement('div', { key: index, className: 'skeleton', 'data-line': index % 4 }),
  );
  return renderToStaticMarkup(
    createElement(
      'div',
      { className: 'frame' },
      createElement(
        'nav',
        { className: 'rail', 'aria-label': 'Pages' },
        createElement(
          'a',
          { className: 'brand', href: '#/' },
          createElement(
            'svg',
            { width: 20, height: 20, viewBox: '0 0 32 32' },
            createElement('rect', { width: 32, height: 32, rx: 8, fill: 'var(--accent-fill)' }),
          ),
          createElement('span', { className: 'brand-name' }, 'Reeve'),
        ),
        groups,
      ),
      createElement('header', { className: 'bar' }),
      createElement(
        'div',
        { className: 'page-area' },
        createElement(
          'main',
          { className: 'page' },
          createElement('div', { className: 'loading', role: 'status', 'aria-label': 'Loading' }, lines),
        ),
      ),
    ),
  );
}
