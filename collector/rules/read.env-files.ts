import type { EventRule } from './rule.ts';
import { excerptOf, onCall } from './shared/on-call.ts';
import { classifyPath, type PathClass } from './shared/path-classes.ts';
import { inWorkspace, secretReads } from './shared/secrets-read.ts';
import { isExternalSend, sendsOf } from './shared/sends.ts';

const CLASSES: ReadonlySet<PathClass> = new Set(['env-file', 'app-secret']);
const MANY_PROJECTS = 3;

export const readEnvFiles: EventRule = {
  on: 'event',
  id: 'read.env-files',
  code: 'B-03',
  title: 'Application secrets file read by an agent',
  severity: 'medium',
  confidence: 'medium',
  why: 'Files such as .env hold passwords and keys of the application. What the agent reads becomes part of the conversation with the model.',
  triage:
    'Inside the project this is often normal. Look closer when the file belongs to another project or when several projects were read.',
  advice:
    'Keep real secrets out of the project folder, or deny the agent access to these files in its permissions.',
  falsePositives: ['Reading the .env of the project you are working on (reported as informational).'],
  references: ['https://attack.mitre.org/techniques/T1552/001/'],
  taxonomies: { attack: ['T1552.001'], atlas: ['AML.T0037'], owasp: ['ASI02'] },
  bundles: ['SEC', 'DLP'],
  habit: ['lower'],
  trigger: { reads: CLASSES },
  match: onCall((event, context) => {
    const uses = secretReads(event, context, CLASSES);
    if (uses.length === 0) return [];
    const sent = sendsOf(event, context).some((send) => isExternalSend(send, context));
    const folders = new Set([...context.envFolders, ...uses.map((use) => folderOf(use.path))].map(projectOf));
    return uses.map((use) => {
      const inside = inWorkspace(use.path, context);
      const many = folders.size >= MANY_PROJECTS && !inside;
      const temp = classifyPath(folderOf(use.path), context) === 'temp';
      return {
        subject: use.path,
        detail: sent
          ? `The agent read ${use.path} and sent data out in the same call.`
          : many
            ? `The agent read ${use.path}, the secrets file of the ${folders.size}th folder in this run.`
            : `The agent read ${use.path}${inside ? '' : ', outside the folder it works in'}.`,
        severity:
          sent || use.how === 'send'
            ? 'critical'
            : many
              ? 'high'
              : inside || temp
                ? 'informational'
                : 'medium',
        excerpt: excerptOf(event),
      };
    });
  }),
  examples: {
    hit: [
      { name: 'inside the project (informational)', calls: [{ shell: 'cat .env' }] },
      { name: 'another project', calls: [{ read: '/home/dev/other-app/.env.production' }] },
      { name: 'quoted path', calls: [{ shell: "cat '/home/dev/other-app/.env'" }] },
      { name: 'sourced', calls: [{ shell: 'source /home/dev/shop/.env.local' }] },
      {
        name: 'third project in a row',
        calls: [{ read: '/home/dev/a/.env' }, { read: '/home/dev/b/.env' }, { read: '/home/dev/c/.env' }],
      },
      {
        name: 'secrets of a neighbour project',
        calls: [{ shell: 'head -n 5 ../billing/config/secrets.yml' }],
      },
      {
        name: 'PowerShell',
        platform: 'win32',
        calls: [{ shell: 'Get-Content C:\\Users\\dev\\shop\\.env', dialect: 'powershell' }],
      },
      { name: 'grep for a key', calls: [{ shell: 'grep API_KEY .env.production' }] },
      { name: 'here-string to a loop', calls: [{ shell: 'while read -r l; do echo "$l"; done < .env' }] },
      { name: 'other project', calls: [{ shell: 'cat ~/other-app/.env' }] },
      { name: 'nested shell', calls: [{ shell: "sh -c 'cat .env'" }] },
    ],
    miss: [
      { name: 'example', guards: 'templates', calls: [{ shell: 'cat .env.example' }] },
      { name: 'sample', guards: 'templates', calls: [{ read: '/home/dev/app/.env.sample' }] },
      { name: 'existence', guards: 'tests without reading', calls: [{ shell: 'test -f .env && echo yes' }] },
      { name: 'writing', guards: 'creating a file', calls: [{ shell: 'echo "PORT=3000" >> .env' }] },
      {
        name: 'type declarations',
        guards: 'code with env in its name',
        calls: [{ read: '/home/dev/app/src/env.d.ts' }],
      },
      {
        name: 'encrypted',
        guards: 'files nobody can read without a key',
        calls: [{ read: '/home/dev/app/.env.vault' }],
      },
      { name: 'copying the template', guards: 'first set-up', calls: [{ shell: 'cp .env.example .env' }] },
      { name: 'template copied', guards: 'templates', calls: [{ shell: 'cp .env.example .env' }] },
      { name: 'ignored by git', guards: 'the name as a word', calls: [{ shell: 'git check-ignore .env' }] },
      { name: 'exists', guards: 'testing for a file', calls: [{ shell: 'ls -la .env' }] },
      {
        name: 'compose',
        guards: 'a program opening its own file',
        calls: [{ shell: 'docker compose --env-file .env up -d' }],
      },
    ],
  },
};

function folderOf(path: string): string {
  const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  return cut <= 0 ? path : path.slice(0, cut);
}

/** Packages of one repository are one project: `apps/web` and `apps/api` count once. */
function projectOf(folder: string): string {
  return folder.replace(
    /[\\/](?:apps|packages|services|libs|config|server|client|backend|frontend|api|web)(?:[\\/].*$|$)/is,
    '',
  );
}
