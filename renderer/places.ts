import {
  Activity,
  Bot,
  CircleGauge,
  HandHelping,
  HeartPulse,
  History,
  House,
  KeyRound,
  type LucideIcon,
  Plug,
  ScanSearch,
  Send,
  Settings,
  SquareTerminal,
} from 'lucide-react';

/** A page one can go to: in the rail, in the palette, and by `g` and its letter. */
export interface Place {
  readonly id: string;
  readonly path: string;
  readonly title: string;
  readonly icon: LucideIcon;
  readonly key: string;
  /** On a phone the first group is the bar, and the others stand behind "More". */
  readonly group: 1 | 2 | 3;
}

export const PLACES: readonly Place[] = [
  { id: 'overview', path: '/', title: 'Overview', icon: House, key: 'o', group: 1 },
  { id: 'sessions', path: '/sessions', title: 'Sessions', icon: SquareTerminal, key: 's', group: 1 },
  { id: 'findings', path: '/findings', title: 'Findings', icon: ScanSearch, key: 'f', group: 1 },
  { id: 'approvals', path: '/approvals', title: 'Approvals', icon: HandHelping, key: 'a', group: 1 },
  { id: 'agents', path: '/agents', title: 'Agents', icon: Bot, key: 'e', group: 2 },
  { id: 'connections', path: '/connections', title: 'MCP & credentials', icon: Plug, key: 'm', group: 2 },
  { id: 'privileges', path: '/privileges', title: 'Privileges', icon: KeyRound, key: 'p', group: 2 },
  { id: 'baseline', path: '/baseline', title: 'Baseline', icon: CircleGauge, key: 'b', group: 2 },
  { id: 'changes', path: '/changes', title: 'Changes', icon: History, key: 'c', group: 2 },
  { id: 'activity', path: '/activity', title: 'Activity', icon: Activity, key: 'y', group: 3 },
  { id: 'sent', path: '/sent', title: 'What we send', icon: Send, key: 'w', group: 3 },
  { id: 'settings', path: '/settings', title: 'Settings', icon: Settings, key: 't', group: 3 },
  { id: 'health', path: '/health', title: 'Health', icon: HeartPulse, key: 'h', group: 3 },
];

/** Whether an address is this place, or something on it. */
export function isAt(place: Place, path: string): boolean {
  return place.path === '/' ? path === '/' : path === place.path || path.startsWith(`${place.path}/`);
}
