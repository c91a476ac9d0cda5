import pc from 'picocolors';
import type { Collector } from '../collector.ts';
import type { HealthItem } from '../contract/health.ts';
import type { Notice } from '../contract/ipc.ts';
import { print } from './context.ts';
import { frameFor, paintSeverity, terminalWidth } from './table.ts';
import { agentsView, eventLine, findingsView, mcpView, sessionsView } from './views.ts';
import { bytes, columns, cut, hanging, plain, plural, tilde } from './words.ts';

const ROWS = 10;

/** What a person in front of `reeve run` sees: first what is there, then what happens. */
export class Screen {
  readonly #collector: () => Collector;
  readonly #home: string;
  readonly #told = new Set<string>();
  #live = false;
  #progress: NodeJS.Timeout | undefined;

  constructor(stateDir: string, home: string, collector: () => Collector) {
    this.#home = home;
    this.#collector = collector;
    print(pc.dim('Reeve is looking around. What it learns stays here:'));
    print(pc.dim(plain(tilde(stateDir))));
  }

  async show(notice: Notice): Promise<void> {
    switch (notice.name) {
      case 'status.changed':
        if (notice.body.phase === 'reading') await this.#found();
        if (notice.body.phase === 'watching') await this.#read();
        return;
      case 'health.changed':
        this.#problems(notice.body.health);
        return;
      case 'events.created':
        if (!this.#live) return;
        for (const { event } of notice.body.events) {
          const line = eventLine(event, this.#frame());
          if (line !== undefined) print(line);
        }
        return;
      case 'findings.changed':
        if (!this.#live) return;
        for (const finding of notice.body.findings) {
          if (finding.status !== 'open') continue;
          const label = cut(
            `${finding.severity.toUpperCase()} ${plain(finding.title)}`,
            terminalWidth() - 16,
          );
          const about = cut(
            plain(tilde(finding.subject.value, this.#home)),
            terminalWidth() - columns(label) - 4,
          );
          print(`${paintSeverity(finding.severity)(`▲ ${label}`)}  ${about}`);
        }
        return;
      // The window shows these; a line for each would drown what happens.
      case 'sessions.changed':
      case 'inventory.changed':
      case 'approvals.changed':
      case 'sent.changed':
      case 'settings.changed':
      case 'resync':
    }
  }

  #frame(): ReturnType<typeof frameFor> {
    return frameFor(this.#home);
  }

  stop(): void {
    clearInterval(this.#progress);
  }

  async #found(): Promise<void> {
    const { handlers } = this.#collector();
    const agents = await handlers['agents.list']({});
    const servers = await handlers['mcpServers.list']({});
    if (agents.length === 0) {
      print('No coding agent was found on this machine.');
      print('`npm run demo` shows Reeve at work on a make-believe one.');
    } else heading('Agents', agentsView(agents, this.#frame()));
    if (servers.length > 0) heading('MCP servers', mcpView(servers.slice(0, ROWS), this.#frame()));
    if (process.stderr.isTTY)
      this.#progress = setInterval(() => {
        this.#showProgress();
      }, 500);
  }

  #showProgress(): void {
    const { files, totals } = this.#collector().status();
    process.stderr.write(
      `\rReading history: ${plural(files.pending, 'file')} left, ${plural(totals.events, 'event')} so far   `,
    );
  }

  async #read(): Promise<void> {
    clearInterval(this.#progress);
    if (process.stderr.isTTY) process.stderr.write(`\r${' '.repeat(78)}\r`);
    const { handlers } = this.#collector();
    const sessions = await handlers['sessions.list']({ limit: ROWS });
    const findings = await handlers['findings.list']({ limit: ROWS * 2, status: 'open' });
    if (sessions.length > 0) heading('Sessions', sessionsView(sessions, this.#frame()));
    if (findings.length > 0) heading('Findings', findingsView(findings, this.#frame()));
    const { totals, storeBytes } = this.#collector().status();
    print(
      `\n${plural(totals.sessions, 'session')}, ${plural(totals.events, 'event')}, ${plural(totals.findings, 'open finding')} ` +
        `${pc.dim(`(${bytes(storeBytes)})`)}.\nFollowing live; Ctrl-C stops.\n`,
    );
    this.#live = true;
  }

  #problems(items: readonly HealthItem[]): void {
    for (const item of items) {
      if (this.#told.has(item.text) || item.code === 'no-agents') continue;
      this.#told.add(item.text);
      print(hanging(`${pc.yellow('!')} `, plain(item.text), terminalWidth()));
    }
  }
}

function heading(title: string, body: string): void {
  print(`\n${pc.bold(title)}\n${body}`);
}
