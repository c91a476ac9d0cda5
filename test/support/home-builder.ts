import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { PathContext } from '../../collector/agents/path-context.ts';

/** Writes real files below one folder; every method returns the folder, so calls chain. */
export class FolderBuilder {
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
    mkdirSync(dir, { recursive: true });
  }

  /** Absolute path of something in this folder. */
  at(path: string): string {
    return join(this.dir, path);
  }

  text(path: string, content: string | Uint8Array, mode = 0o600): this {
    const file = this.prepare(path);
    writeFileSync(file, content);
    chmodSync(file, mode);
    return this;
  }

  json(path: string, value: unknown, mode = 0o600): this {
    return this.text(path, `${JSON.stringify(value, null, 2)}\n`, mode);
  }

  /** One JSON value per line. */
  jsonl(path: string, values: readonly unknown[], mode = 0o600): this {
    return this.text(path, values.map((value) => `${JSON.stringify(value)}\n`).join(''), mode);
  }

  folder(path: string, mode = 0o755): this {
    mkdirSync(this.at(path), { recursive: true });
    chmodSync(this.at(path), mode);
    return this;
  }

  /** @param target as written into the link: absolute, or relative to the link's folder. */
  link(path: string, target: string): this {
    symlinkSync(target, this.prepare(path));
    return this;
  }

  hardLink(path: string, existing: string): this {
    linkSync(existing, this.prepare(path));
    return this;
  }

  fifo(path: string): this {
    execFileSync('mkfifo', [this.prepare(path)]);
    return this;
  }

  mode(path: string, mode: number): this {
    chmodSync(this.at(path), mode);
    return this;
  }

  private prepare(path: string): string {
    const file = this.at(path);
    mkdirSync(dirname(file), { recursive: true });
    return file;
  }
}

/** A make-believe home in a temporary folder, laid out as on `platform`, whatever this machine runs. */
export class HomeBuilder extends FolderBuilder {
  readonly context: PathContext;
  /** Stands for the machine's root: `system.json('etc/claude-code/managed-settings.json', …)`. */
  readonly system: FolderBuilder;
  private readonly root: string;

  constructor(root: string, platform: PathContext['platform'], env: PathContext['env']) {
    const parent = { linux: 'home', darwin: 'Users', win32: 'Users' }[platform];
    super(join(root, parent, 'jane'));
    this.root = root;
    this.system = new FolderBuilder(root);
    this.context = { platform, home: this.dir, env };
  }

  /** Where this platform keeps per-user application data, below the home. */
  get appSupport(): string {
    return {
      linux: '.config',
      darwin: 'Library/Application Support',
      win32: 'AppData/Roaming',
    }[this.context.platform];
  }

  /** A folder that agents work in, `work/<name>` below the home. */
  project(name: string): FolderBuilder {
    return new FolderBuilder(this.at(join('work', name)));
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Creates an empty home; the caller removes it. */
export function buildHome(
  platform: PathContext['platform'] = 'linux',
  env: PathContext['env'] = {},
): HomeBuilder {
  return new HomeBuilder(mkdtempSync(join(tmpdir(), 'reeve-home-')), platform, env);
}
