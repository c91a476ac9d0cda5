import { Toast } from '@base-ui/react/toast';
import { CircleAlert, CircleCheck, Info, X } from 'lucide-react';
import { IconButton } from './button.tsx';

const toasts = Toast.createToastManager();

/** The way back, offered while the message stands. */
interface ToastAction {
  readonly label: string;
  readonly run: () => void;
}

/** Says shortly how something went. Told to screen readers; errors at once. */
export function say(
  title: string,
  detail?: string,
  tone: 'ok' | 'critical' | 'info' = 'info',
  action?: ToastAction,
): void {
  const id = toasts.add({
    title,
    ...(detail !== undefined && { description: detail }),
    type: tone,
    priority: tone === 'critical' ? 'high' : 'low',
    timeout: tone === 'critical' || action !== undefined ? 12_000 : 6_000,
    ...(action !== undefined && {
      actionProps: {
        children: action.label,
        onClick: () => {
          toasts.close(id);
          action.run();
        },
      },
    }),
  });
}

export function Toasts({ children }: { readonly children: React.ReactNode }) {
  return (
    <Toast.Provider toastManager={toasts} limit={4}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="toasts">
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function List() {
  const manager = Toast.useToastManager();
  return manager.toasts.map((toast) => {
    const Icon = toast.type === 'critical' ? CircleAlert : toast.type === 'ok' ? CircleCheck : Info;
    return (
      <Toast.Root
        key={toast.id}
        toast={toast}
        className="toast"
        data-severity={toast.type}
        swipeDirection="right"
      >
        <Icon size={16} aria-hidden />
        <div className="grow">
          <Toast.Title className="toast-title" />
          <Toast.Description className="muted wrap" />
          {toast.actionProps !== undefined && (
            <Toast.Action className="button toast-action" data-size="small" />
          )}
        </div>
        <IconButton
          icon={X}
          label="Dismiss"
          size="small"
          onClick={() => {
            manager.close(toast.id);
          }}
        />
      </Toast.Root>
    );
  });
}
