/** Kinds of things that a session touched. Without a schema, so that the window can have it without the library. */
export const TOUCH_GROUPS = [
  'files-inside',
  'files-outside',
  'hosts',
  'repositories',
  'databases',
  'cloud',
  'packages',
  'credentials',
  'principals',
  'processes',
] as const;
export type TouchGroup = (typeof TOUCH_GROUPS)[number];
