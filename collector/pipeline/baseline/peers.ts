import { bitsOf } from './numbers.ts';
import { type Profile, scaleOf } from './profile.ts';
import type { Evidence } from './evaluate.ts';
import type { Run } from './run.ts';
import { runsAbove } from './score-model.ts';

const MIN_PEERS = 3;
const MIN_PEER_RUNS = 10;
const PEER_SHARE = 0.01;
const PEER_WITHIN_DAYS = 7;
const MIN_PEER_SCORE = 10;
const MAX_PEER_BITS = 4;

/**
 * Share of runs in the user's other projects that are as unusual, when it is at most one in a hundred. A comparison with
 * other people's machines needs a server; these are the peers this machine knows.
 */
export function outlierShare(
  profiles: Iterable<Profile>,
  run: Run,
  project: Profile,
  score: number,
): number | undefined {
  if (score < MIN_PEER_SCORE) return undefined;
  let above = 0.5;
  let runs = 1;
  let peers = 0;
  for (const other of profiles) {
    if (other.scope !== 'project' || other.user !== run.user || other === project) continue;
    const scale = scaleOf(other, run.lastMs);
    if (other.scores.runs * scale < MIN_PEER_RUNS) continue;
    peers += 1;
    runs += other.scores.runs * scale;
    above += runsAbove(other.scores, score, scale);
  }
  const share = above / runs;
  return peers < MIN_PEERS || share > PEER_SHARE ? undefined : share;
}

/** The project stood out on another day of the last week as well (D-13). */
export function peerEvidence(
  profiles: Iterable<Profile>,
  run: Run,
  project: Profile,
  score: number,
): Evidence | undefined {
  const before = run.day - project.peerDay;
  if (before <= 0 || before > PEER_WITHIN_DAYS) return undefined;
  const share = outlierShare(profiles, run, project, score);
  if (share === undefined) return undefined;
  return { what: 'peers', share, bits: Math.min(MAX_PEER_BITS, bitsOf(share)) };
}
