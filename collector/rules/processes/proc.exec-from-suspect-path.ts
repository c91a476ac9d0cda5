import type { ProcessRule } from '../rule.ts';
import { called, exampleProcess, isInside } from '../shared/process-look.ts';

const SUSPECT =
  /^(?:\/tmp\/|\/var\/tmp\/|\/dev\/shm\/|\/private\/tmp\/|memfd:|\/memfd:)|\/Downloads\/|\/node_modules\/\.cache\/|\/AppData\/Local\/Temp\//i;
/** Toolchains that build and run in temporary folders. */
const TOOLCHAINS =
  /\/(?:go-build[^/]*|rustc[^/]*|cargo-[^/]*|\.mount_[^/]*|pytest-[^/]*|pip-[^/]*|npx-[^/]*|_MEI[^/]*|bazel-[^/]*|tmp\.[A-Za-z0-9]+\/(?:usr|bin)|electron[^/]*|playwright[^/]*|ms-playwright|chrome[^/]*|cypress[^/]*|nix-build[^/]*)(?:\/|$)/;

export const procExecFromSuspectPath: ProcessRule = {
  on: 'process',
  id: 'proc.exec-from-suspect-path',
  code: 'N-09',
  title: 'Agent runs a program from a place for temporary files',
  severity: 'high',
  confidence: 'medium',
  why: 'Programs that were just downloaded, live in memory only, or were deleted while they run are how malicious code is usually started.',
  triage: 'Where did the file come from, and does it still exist?',
  advice: 'End it and keep a copy of the file for examination.',
  falsePositives: ['Build tools that compile and run tests in temporary folders.'],
  references: ['https://attack.mitre.org/techniques/T1620/'],
  taxonomies: { attack: ['T1620', 'T1036.005', 'T1105'], atlas: [], owasp: ['ASI05'] },
  bundles: ['MAL'],
  match(fact) {
    if (fact.kind !== 'process' || fact.attribution.role === 'agent') return [];
    const { executable, executableDeleted } = fact.process;
    if (executable === undefined) return [];
    const path = executable.replaceAll('\\', '/');
    if (isInside(path, fact.workspace) || TOOLCHAINS.test(path) || !SUSPECT.test(path)) return [];
    return [
      {
        subject: path,
        detail: `${called(fact.process)} runs from ${path}${executableDeleted === true ? ', which was deleted since' : ''}.`,
        ...(executableDeleted === true ? { confidence: 'high' } : {}),
      },
    ];
  },
  examples: {
    hit: [
      { name: 'temporary folder', fact: exampleProcess('/tmp/update', { executable: '/tmp/update' }) },
      { name: 'memory only', fact: exampleProcess('x', { executable: '/memfd:x', executableDeleted: true }) },
      { name: 'shared memory', fact: exampleProcess('x', { executable: '/dev/shm/.x' }) },
      { name: 'download', fact: exampleProcess('setup', { executable: '/home/dev/Downloads/setup' }) },
      {
        name: 'cache of packages',
        fact: exampleProcess('x', { executable: '/home/dev/lib/node_modules/.cache/x/run' }),
      },
    ],
    miss: [
      { name: 'system', guards: 'usual folders', fact: exampleProcess('ls', { executable: '/usr/bin/ls' }) },
      {
        name: 'test of Go',
        guards: 'toolchains',
        fact: exampleProcess('x.test', { executable: '/tmp/go-build123/b001/x.test' }),
      },
      {
        name: 'AppImage',
        guards: 'mounted programs',
        fact: exampleProcess('AppRun', { executable: '/tmp/.mount_cursorAb/AppRun' }),
      },
      {
        name: 'updated since',
        guards: 'programs replaced while they run',
        fact: exampleProcess('node x', { executable: '/usr/bin/node', executableDeleted: true }),
      },
      { name: 'not readable', guards: 'programs of others', fact: exampleProcess('x') },
    ],
  },
};
