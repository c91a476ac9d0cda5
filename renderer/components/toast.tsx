import { later } from './later.ts';
import type { Message, ToastAction } from './toast-list.tsx';

const list = later(() => import('./toast-list.tsx'));

/** Says shortly how something went. Told to screen readers; errors at once. */
export function say(
  title: string,
  detail?: string,
  tone: Message['tone'] = 'info',
  action?: ToastAction,
): void {
  void list.load().then((part) => part?.showToast({ title, detail, tone, action }));
}

export function Toasts() {
  const part = list.usePart();
  return part === undefined ? null : <part.ToastList />;
}
