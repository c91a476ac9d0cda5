/**
 * What the rail, the bar and every row of every page show: methods without parameters, whose answers a browser finds in
 * the page itself.
 */
export const FIRST_METHODS = ['overview.get', 'agents.list'] as const;

/** Id of the element that holds those answers, as JSON: `{"overview.get": …, "agents.list": …}`; one may be missing. */
export const FIRST_ANSWERS_ID = 'first-answers';

/**
 * Name of the `<meta>` that says since when nothing was told to this page yet; the page says it back when it connects
 * (`/api?since=…`), and is told to ask again when it missed something. Empty: the page holds no answers.
 */
export const SINCE_NAME = 'first-since';

/**
 * Cookie with the theme that was chosen in this browser, `light` or `dark`, which the page comes with: a page that had
 * to look it up would stand still meanwhile.
 */
export const THEME_COOKIE = 'reeve-theme';
