import { type CollectorStatus, NOTIFICATIONS, type Notification } from '../collector/contract/ipc.ts';
import { act } from './act.ts';
import { Bridge } from './bridge.ts';
import type { CollectorLink } from './collector-link.ts';
import { Dashboard, TRAY_NOTICES } from './dashboard.ts';
import { LINK_SCHEME, placeOfArguments, placeOfLink } from './deep-links.ts';
import type { ElectronLike } from './electron-like.ts';
import { HIDDEN_FLAG, type LoginItem } from './login-item.ts';
import type { Command } from './menu-model.ts';
import { NoticePlan } from './notices.ts';
import { Notifications } from './notifications.ts';
import { AppMenus } from './tray.ts';
import { declareScheme, guardContents, guardSession, MainWindow, serveScheme } from './window.ts';

export interface AppOptions {
  readonly electron: ElectronLike;
  readonly link: CollectorLink;
  readonly loginItem: LoginItem;
  readonly platform: NodeJS.Platform;
  /** Arguments of this start, without the program. */
  readonly argv: readonly string[];
  /** Folder of the built window, and the preload script. */
  readonly windowRoot: string;
  readonly preload: string;
  /** `XDG_CURRENT_DESKTOP`, to know whether an icon in the tray will be seen. */
  readonly desktop: string;
  readonly nowMs: () => number;
  /** Why something that a person did not ask for failed. */
  readonly onError: (error: unknown) => void;
}

/**
 * Everything of the app, in order: one instance, the scheme, the rules for every page, the connection, menus, window.
 * @returns when all of it stands; `undefined` when another instance runs and was told to show itself
 */
export async function startApp(options: AppOptions): Promise<ReeveApp | undefined> {
  const { app } = options.electron;
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return undefined;
  }
  declareScheme(options.electron);
  app.enableSandbox();
  app.setAppUserModelId('dev.reeve.app');
  app.on('web-contents-created', (_event, contents) => {
    guardContents(contents);
  });
  const reeve = new ReeveApp(options);
  // On macOS a link can come before everything stands.
  app.on('open-url', (event, url) => {
    event.preventDefault();
    const place = placeOfLink(url);
    if (place !== undefined) reeve.show(place);
  });
  await app.whenReady();
  reeve.open();
  return reeve;
}

class ReeveApp {
  readonly #options: AppOptions;
  readonly #window: MainWindow;
  readonly #dashboard: Dashboard;
  readonly #menus: AppMenus;
  readonly #notifications: Notifications;
  readonly #plan = new NoticePlan();
  /** What is told until everything that is there was read is the state of the machine. */
  #isFirstRead = false;
  #summary: NodeJS.Timeout | undefined;
  #ready = false;
  #first: string | undefined;

  constructor(options: AppOptions) {
    this.#options = options;
    const { electron, link, platform } = options;
    const perform = (command: Command): void => {
      this.#perform(command);
    };
    this.#window = new MainWindow(electron, options.preload);
    this.#dashboard = new Dashboard(link, () => {
      this.#refresh();
    });
    this.#menus = new AppMenus({ electron, platform, perform }, this.#dashboard.facts(undefined));
    this.#notifications = new Notifications(electron, perform);
  }

  /** Electron is ready. */
  open(): void {
    const { electron, link, windowRoot, argv, desktop } = this.#options;
    const { app } = electron;
    serveScheme(electron, windowRoot);
    guardSession(electron.session.defaultSession);
    app.setAsDefaultProtocolClient(LINK_SCHEME);
    new Bridge({
      electron,
      link,
      owns: (contents) => this.#window.owns(contents),
      onWanted: (names) => {
        link.select([...TRAY_NOTICES, ...names]);
      },
    });
    link.select(TRAY_NOTICES);
    link.onNotice((name, body) => {
      this.#onNotice(name, body);
    });
    // Closing the window leaves the app in the tray; it ends by its menu.
    app.on('window-all-closed', () => undefined);
    app.on('activate', () => {
      this.show();
    });
    app.on('second-instance', (_event, argv) => {
      this.show(placeOfArguments(argv));
    });
    app.on('before-quit', () => {
      this.close();
    });
    const hasTray = this.#menus.openTray() && showsTray(this.#options.platform, desktop);
    this.#ready = true;
    this.#refresh();
    link.run().catch(this.#options.onError);
    const place = this.#first ?? placeOfArguments(argv);
    if (place !== undefined || !hasTray || !argv.includes(HIDDEN_FLAG)) this.show(place);
  }

  /** @param place in the window; where it is when not told */
  show(place?: string): void {
    if (this.#ready) this.#window.show(place).catch(this.#options.onError);
    else this.#first = place;
  }

  close(): void {
    clearTimeout(this.#summary);
    this.#dashboard.close();
    this.#menus.close();
    this.#options.link.close();
  }

  #perform(command: Command): void {
    const { electron, link, loginItem } = this.#options;
    switch (command.kind) {
      case 'open':
        this.show(command.place);
        break;
      case 'pause':
      case 'resume':
      case 'kill':
        act(command.kind, command.sessionId, command.name, {
          dialog: electron.dialog,
          call: (method, params) => link.call(method, params),
          tell: (title, body) => {
            this.#notifications.tell(title, body);
            this.#dashboard.touch();
          },
        }).catch(this.#options.onError);
        break;
      case 'startCollector':
        link.start();
        break;
      case 'setLoginStart':
        try {
          loginItem.set(command.on);
        } catch (error) {
          this.#notifications.tell(
            'Start at login was not changed',
            error instanceof Error ? error.message : '',
          );
        }
        this.#refresh();
        break;
      case 'quit':
        electron.app.quit();
        break;
    }
  }

  #refresh(): void {
    if (!this.#ready) return;
    const facts = this.#dashboard.facts(this.#options.loginItem.isOn());
    if (facts.overview !== undefined) {
      this.#plan.foundWaiting(facts.overview.approvals.waiting);
      this.#setPhase(facts.overview.phase);
    }
    this.#menus.show(facts);
  }

  #onNotice(name: Notification, body: unknown): void {
    const nowMs = this.#options.nowMs();
    if (name === 'findings.changed') {
      const { findings } = NOTIFICATIONS[name].parse(body);
      if (this.#isFirstRead) this.#plan.standing(findings, nowMs);
      else for (const notice of this.#plan.findings(findings, nowMs)) this.#notifications.show(notice);
      this.#scheduleSummary(nowMs);
    }
    if (name === 'status.changed') this.#setPhase(NOTIFICATIONS[name].parse(body).phase);
    if (name === 'approvals.changed') {
      const notice = this.#plan.approvals(NOTIFICATIONS[name].parse(body).waiting, nowMs);
      if (notice !== undefined) this.#notifications.show(notice);
    }
  }

  #setPhase(phase: CollectorStatus['phase']): void {
    const was = this.#isFirstRead;
    this.#isFirstRead = phase === 'starting' || phase === 'reading';
    const notice = was && phase === 'watching' ? this.#plan.begun(this.#options.nowMs()) : undefined;
    if (notice !== undefined) this.#notifications.show(notice);
  }

  #scheduleSummary(nowMs: number): void {
    const inMs = this.#plan.heldForMs(nowMs);
    if (inMs === undefined) return;
    clearTimeout(this.#summary);
    this.#summary = setTimeout(() => {
      const laterMs = this.#options.nowMs();
      const notice = this.#plan.summary(laterMs);
      if (notice === undefined) this.#scheduleSummary(laterMs);
      else this.#notifications.show(notice);
    }, inMs + 10);
  }
}

/** GNOME takes an icon and shows it nowhere, unless an extension was added: there the window comes up by itself. */
export function showsTray(platform: NodeJS.Platform, desktop: string): boolean {
  return (
    platform !== 'linux' ||
    !/(?:^|:)GNOME(?:$|:)/i.test(desktop) ||
    /(?:^|:)(?:Unity|ubuntu)(?:$|:)/i.test(desktop)
  );
}
