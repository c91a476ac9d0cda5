import type { ElectronLike } from './electron-like.ts';
import type { Command } from './menu-model.ts';
import type { Notice } from './notices.ts';

/** A notification that is not held is forgotten by the system, and its buttons then do nothing. */
const MOST_HELD = 20;

/** Shows notifications. Where buttons are not shown, as on some desktops, a click still opens the right place. */
export class Notifications {
  readonly #Notification: ElectronLike['Notification'];
  readonly #perform: (command: Command) => void;
  #held: { close(): void }[] = [];

  constructor({ Notification }: Pick<ElectronLike, 'Notification'>, perform: (command: Command) => void) {
    this.#Notification = Notification;
    this.#perform = perform;
  }

  show({ title, body, urgent, onClick, actions }: Notice): void {
    if (!this.#Notification.isSupported()) return;
    const shown = new this.#Notification({
      title,
      body,
      urgency: urgent ? 'critical' : 'normal',
      timeoutType: urgent ? 'never' : 'default',
      actions: actions.map(({ label }) => ({ type: 'button', text: label })),
    });
    const forget = (): void => {
      this.#held = this.#held.filter((one) => one !== shown);
    };
    shown.on('click', () => {
      forget();
      this.#perform(onClick);
    });
    shown.on('action', (details) => {
      forget();
      const action = actions[details.actionIndex];
      if (action !== undefined) this.#perform(action.command);
    });
    shown.on('close', forget);
    this.#held.push(shown);
    if (this.#held.length > MOST_HELD) this.#held.shift()?.close();
    shown.show();
  }

  /** What became of something a person asked for. */
  tell(title: string, body: string): void {
    this.show({ title, body, urgent: false, onClick: { kind: 'open', place: '#/' }, actions: [] });
  }
}
