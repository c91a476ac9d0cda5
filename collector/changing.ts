import { randomUUID } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import {
  type EditGround,
  editFile,
  type EditResult,
  moveFile,
  moveFolder,
  readEditable,
  sha256Of,
} from './actions/edit-file.ts';
import { AgentRecord, Asset, McpServer } from './contract/agent.ts';
import type { ActionActor, AuditTarget } from './contract/action.ts';
import type { Actor } from './contract/event.ts';
import type { Handlers, SequencedEvent } from './contract/ipc.ts';
import type { Privileges } from './contract/privileges.ts';
import type { ChangeResult } from './contract/undo.ts';
import { cutEntry } from './cut-entry.ts';
import { deciderOf } from './deciding.ts';
import type { Clock } from './lib/clock.ts';
import type { Edit } from './store/edits.ts';
import type { Store } from './store/store.ts';

export interface ChangingOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly actor: Actor;
  readonly ground: EditGround;
  /** Where files are kept as they were. */
  readonly asideDir: string;
  /** The patches as they stand now. */
  readonly privileges: () => Promise<Privileges>;
  /** It was written down, and a file was changed: tell whoever follows, and look at the machine again. */
  readonly onChanged: (event: SequencedEvent) => void;
}

/** A person's way; `policy` is only the collector itself. */
export type Via = Exclude<ActionActor['via'], 'policy'>;

export interface Asked {
  readonly action: string;
  readonly target: AuditTarget;
  readonly reason?: string | undefined;
  readonly via: Via;
}

/** `/hooks/PreToolUse/0/hooks/1/command`: the whole entry goes, since half of one could make the file invalid. */
const HOOK_PLACE = /^((?:\/[^/]+){1,20}\/\d+)\/[^/\d][^/]*$/;

type QuarantineRequest = Parameters<Handlers['quarantine.add']>[0];

/** Changes of agents' own files: only when a person asks for exactly this one, and always with a way back. */
export class Changing {
  readonly #options: ChangingOptions;
  readonly handlers: Pick<Handlers, 'privileges.apply' | 'quarantine.add'>;

  constructor(options: ChangingOptions) {
    this.#options = options;
    this.handlers = {
      'privileges.apply': (request) => this.#apply(request),
      'quarantine.add': (request) => this.#quarantine(request),
    };
  }

  async #apply({
    id,
    sha256,
    reason,
    via,
  }: Parameters<Handlers['privileges.apply']>[0]): Promise<ChangeResult> {
    const { patches } = await this.#options.privileges();
    const patch = patches.find((one) => one.id === id);
    if (patch?.diff === undefined || patch.sha256 !== sha256)
      return refused('What is advised, or the file, changed after you looked at it. Look again.');
    const asked = { action: 'privileges.apply', target: fileTarget(patch.path), reason, via };
    const file = readEditable(patch.path, this.#options.ground);
    if (!file.ok) return this.record(asked, refused(file.reason));
    const { applyPatch } = await import('diff');
    const after = applyPatch(file.text, patch.diff);
    if (file.sha256 !== sha256 || after === false || sha256Of(after) !== patch.afterSha256)
      return this.record(asked, refused('The file changed after you looked at it. Look again.'));
    const edit = {
      kind: 'file' as const,
      path: patch.path,
      beforeSha256: sha256,
      afterSha256: patch.afterSha256,
    };
    return this.change(edit, asked, patch.changes.join(' '), (asidePath) =>
      editFile({ path: patch.path, sha256, after, asidePath }, this.#options.ground),
    );
  }

  #quarantine(request: QuarantineRequest): ChangeResult {
    switch (request.kind) {
      case 'skill':
        return this.#quarantineSkill(request);
      case 'hook':
        return this.#quarantineHook(request);
      case 'mcpServer':
        return this.#quarantineServer(request);
    }
  }

  #quarantineServer(request: QuarantineRequest): ChangeResult {
    const server = this.#find('mcp-server', request.id, McpServer);
    if (server === undefined) return refused('There is no MCP server of this id on this machine.');
    if (server.scope === 'managed') return refused('This server was set by your administrator.');
    const { configPath: path, pointer, name } = server;
    const detail = `The MCP server ${name} is taken out of ${path}. Agents that run already keep it until they start again.`;
    return this.#takeOut(request, { kind: 'mcpServer', id: request.id }, { path, pointer }, detail);
  }

  #quarantineHook(request: QuarantineRequest): ChangeResult {
    const hook = this.#find('asset', request.id, Asset);
    if (hook?.kind !== 'hook') return refused('There is no hook of this id on this machine.');
    if (hook.scope === 'managed') return refused('This hook was set by your administrator.');
    const { path, name } = hook;
    if (hook.pointer === undefined) return this.#quarantineHookFile(request, hook);
    const pointer = HOOK_PLACE.exec(hook.pointer)?.[1];
    if (pointer === undefined)
      return refused(
        `Reeve takes out entries of lists, and this hook stands alone, as ${hook.pointer} in ${path}. Open the file and remove it there.`,
      );
    const detail = `The hook ${name} is taken out of ${path}. Agents that run already keep it until they start again.`;
    return this.#takeOut(request, { kind: 'hook', id: request.id }, { path, pointer }, detail);
  }

  /** A hook that is a file of its own: nothing else is lost when the file goes. */
  #quarantineHookFile({ id, preview, reason, via }: QuarantineRequest, { path, name }: Asset): ChangeResult {
    const { ground } = this.#options;
    const file = readEditable(path, ground);
    if (!file.ok && preview) return refused(`${file.reason} Move ${path} out of its folder yourself.`);
    if (this.#holdsMore(path, id))
      return refused(`More than this hook stands in ${path}. Open the file and remove the hook there.`);
    const detail = `The hook ${name} is moved out of ${dirname(path)}, with the whole file ${basename(path)}. Agents that run already keep it until they start again.`;
    if (preview) return { status: 'done', detail };
    const asked = { action: 'quarantine.add', target: { kind: 'hook' as const, id }, reason, via };
    return this.change({ kind: 'folder', path }, asked, detail, (asidePath) =>
      moveFile(path, asidePath, ground),
    );
  }

  /** One entry of a settings file in JSON, TOML or YAML. */
  #takeOut(
    { preview, reason, via }: QuarantineRequest,
    target: AuditTarget,
    { path, pointer }: { readonly path: string; readonly pointer: string },
    detail: string,
  ): ChangeResult {
    const { ground } = this.#options;
    const asked = { action: 'quarantine.add', target, reason, via };
    const file = readEditable(path, ground);
    const after = file.ok ? cutEntry(path, file.text, pointer) : undefined;
    const problem = file.ok
      ? after === undefined &&
        `Reeve could not cut this out of ${path} and leave the rest as it is. Open the file and remove ${pointer} there.`
      : file.reason;
    if (!file.ok || after === undefined)
      return preview ? refused(problem || '') : this.record(asked, refused(problem || ''));
    if (preview) return { status: 'done', detail };
    const edit = {
      kind: 'entry' as const,
      path,
      pointer,
      beforeSha256: file.sha256,
      afterSha256: sha256Of(after),
    };
    return this.change(edit, asked, detail, (asidePath) =>
      editFile({ path, sha256: file.sha256, after, asidePath }, ground),
    );
  }

  #quarantineSkill({ id, preview, reason, via }: QuarantineRequest): ChangeResult {
    const skill = this.#find('asset', id, Asset);
    if (skill?.kind !== 'skill') return refused('There is no skill of this id on this machine.');
    if (skill.scope === 'managed') return refused('This skill was put there by your administrator.');
    if (basename(skill.path) !== 'SKILL.md') return refused('This skill is not a folder of its own.');
    const path = dirname(skill.path);
    const detail = `The skill ${skill.name} is moved out of ${dirname(path)}.`;
    if (preview) return { status: 'done', detail };
    const asked = { action: 'quarantine.add', target: { kind: 'skill' as const, id }, reason, via };
    return this.change({ kind: 'folder', path }, asked, detail, (asidePath) =>
      moveFolder(path, asidePath, this.#options.ground),
    );
  }

  /** Written down first, then done, then told: after a power cut there is a way back from whatever was done. */
  change(
    edit: Pick<Edit, 'kind' | 'path' | 'pointer' | 'beforeSha256' | 'afterSha256'>,
    asked: Asked,
    detail: string,
    run: (asidePath: string) => EditResult,
  ): ChangeResult {
    const { store, clock, asideDir } = this.#options;
    const id = randomUUID();
    const asidePath = join(asideDir, id);
    store.edits.begin({ ...edit, id, timeMs: clock.nowMs(), asidePath });
    const result = run(asidePath);
    if (!result.ok) {
      store.edits.forget(id);
      return this.record(asked, refused(result.reason));
    }
    const done = this.record(asked, { status: 'done', detail });
    if (done.auditSeq !== undefined) store.edits.done(id, done.auditSeq);
    return done;
  }

  /** Into the audit log, whatever came of it. */
  record({ action, target, reason, via }: Asked, result: ChangeResult): ChangeResult {
    const { store, clock, actor, onChanged } = this.#options;
    const { seq, event, record } = store.recordAction({
      ...deciderOf(actor, via, clock.nowMs()),
      action,
      target,
      ...(reason !== undefined && { reason }),
      result: { status: result.status, detail: result.detail, processes: [] },
    });
    onChanged({ seq, event });
    return { ...result, auditSeq: record.seq };
  }

  /** Other things of the inventory stand in this file: moving it would take them away too. */
  #holdsMore(path: string, id: string): boolean {
    const { inventory } = this.#options.store;
    const isThere = (kind: 'mcp-server' | 'asset', key: string): boolean =>
      inventory
        .list(kind)
        .some(
          ({ value }) => Reflect.get(Object(value), key) === path && Reflect.get(Object(value), 'id') !== id,
        );
    return (
      isThere('mcp-server', 'configPath') ||
      isThere('asset', 'path') ||
      inventory.list('agent').some(({ value }) => {
        const agent = AgentRecord.safeParse(value);
        return agent.success && agent.data.configFiles.some((file) => file.path === path);
      })
    );
  }

  #find<T>(
    kind: 'mcp-server' | 'asset',
    id: string,
    schema: { safeParse(value: unknown): { success: boolean; data?: T } },
  ): T | undefined {
    for (const { value } of this.#options.store.inventory.list(kind)) {
      if (Reflect.get(Object(value), 'id') === id) return schema.safeParse(value).data;
    }
    return undefined;
  }
}

export function refused(detail: string): ChangeResult {
  return { status: 'refused', detail };
}

function fileTarget(path: string): AuditTarget {
  return { kind: 'file', id: path };
}
