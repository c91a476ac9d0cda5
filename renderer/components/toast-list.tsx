import { Toast } from '@base-ui/react/toast';
import { CircleAlert, CircleCheck, Info, X } from 'lucide-react';
import { useEffect } from 'react';
import { IconButton } from './icon-button.tsx';

const toasts = Toast.createToastManager();
const listed = Promise.withResolvers<undefined>();

/** The way back, offered while the message stands. */
export interface ToastAction {
  readonly label: string;
  readonly run: () => void;
}

export interface Message {
  readonly title: string;
  readonly detail: string | undefined;
  readonly tone: 'ok' | 'critical' | 'info';
  readonly action: ToastAction | undefined;
}

/** Shows a message once the list of them is drawn: it would not hear of it before. */
export async function showToast({ title, detail, tone, action }: Message): Promise<void> {
  await listed.promise;
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

/** Where messages stand, above everything else. */
export function ToastList() {
  useEffect(() => {
    listed.resolve(undefined);
  }, []);
  return (
    <Toast.Provider toastManager={toasts} limit={4}>
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
