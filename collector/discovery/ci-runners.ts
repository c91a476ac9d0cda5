import type { PathPattern } from '../agents/spec-discovery.ts';
import { textAt } from '../agents/shared/document.ts';
import { parseDocument } from './parse-document.ts';
import type { Placed } from './places.ts';
import type { HomeScan } from './scan.ts';

/** A build runner: how its folder is known, and where below it the checkouts are. */
interface CiRunner {
  readonly place: string;
  /** A file that is only there where the runner is; its folder is the runner's. */
  readonly marks: readonly PathPattern[];
  /** Checkouts, below the runner's folder. */
  readonly checkouts: readonly string[];
  /** Key of the mark (JSON) that moves the work folder, and what it is called otherwise. */
  readonly work?: { readonly key: string; readonly usual: string };
}

/**
 * Runners that check out other people's repositories and, more and more, start agents in them. Layouts as the products'
 * documentation describes them (2026-11); a work folder that was moved elsewhere is not followed.
 */
const CI_RUNNERS: readonly CiRunner[] = [
  {
    place: 'ci:github-actions',
    marks: [
      '~/.runner',
      '~/actions-runner*/.runner',
      '/actions-runner*/.runner',
      '/opt/actions-runner*/.runner',
    ],
    checkouts: ['/*/*'],
    work: { key: 'workFolder', usual: '_work' },
  },
  {
    place: 'ci:gitlab-runner',
    marks: ['~/.gitlab-runner/config.toml'],
    checkouts: ['/../builds/*/*/*/*'],
  },
  {
    place: 'ci:gitlab-runner',
    // The package's own account; a runner on Windows is unpacked where a person likes, usually here.
    marks: ['/home/gitlab-runner/builds', '/GitLab-Runner/builds'],
    checkouts: ['/builds/*/*/*/*'],
  },
  {
    place: 'ci:jenkins',
    // An agent keeps its log and jars in `remoting`, the controller its settings in `config.xml`.
    marks: [
      '~/remoting',
      '~/agent/remoting',
      '~/jenkins/remoting',
      '~/.jenkins/config.xml',
      '/var/lib/jenkins/config.xml',
    ],
    checkouts: ['/workspace/*'],
  },
];

const MAX_CHECKOUTS = 200;
const MAX_MARK_BYTES = 65_536;

/** Folders that build runners of this home, or of its machine, have checked out. */
export function ciCheckouts(home: HomeScan): readonly Placed[] {
  const found = new Map<string, Placed>();
  for (const { place, marks, checkouts, work } of CI_RUNNERS) {
    for (const mark of marks) {
      const at = home.places.expand(mark);
      for (const path of at === undefined ? [] : home.files.find(at.path)) {
        const folder = path.slice(0, path.lastIndexOf('/'));
        const base = work === undefined ? folder : workFolder(home, path, folder, work);
        for (const pattern of base === undefined ? [] : checkouts) {
          for (const checkout of home.files.find(joined(base ?? folder, pattern))) {
            if (found.size >= MAX_CHECKOUTS) return [...found.values()];
            // Beside the checkouts lie tools of the runner, `_actions`, `_temp`, `_tool`, and `job@tmp`.
            if (checkout.slice((base ?? folder).length).includes('/_') || checkout.endsWith('@tmp')) continue;
            if (home.disk.realFolder(checkout) !== undefined)
              found.set(checkout, { folder: checkout, place });
          }
        }
      }
    }
  }
  return [...found.values()];
}

function workFolder(
  home: HomeScan,
  mark: string,
  folder: string,
  { key, usual }: { readonly key: string; readonly usual: string },
): string | undefined {
  const reading = home.disk.read(mark, folder, MAX_MARK_BYTES);
  if (!reading.ok) return `${folder}/${usual}`;
  const named = textAt(parseDocument(reading.bytes.toString('utf8'), 'json').document, key) ?? usual;
  // One plain name below the runner: anything else leads elsewhere.
  return /^[\w.-]{1,100}$/.test(named) && named !== '..' ? `${folder}/${named}` : undefined;
}

function joined(base: string, pattern: string): string {
  return pattern.startsWith('/../')
    ? base.slice(0, base.lastIndexOf('/')) + pattern.slice(3)
    : base + pattern;
}
