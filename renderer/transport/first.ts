/** What the rail, the bar and every row of every page show: asked for, without parameters, before anything is drawn. */
export const FIRST = ['overview.get', 'agents.list'] as const;
