import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AdvisoryPack } from './contract/advisory.ts';
import { readLayerValue } from './config.ts';

export interface PackProblem {
  readonly path: string;
  readonly reason: string;
}

export interface LoadedPacks {
  /** Built-in knowledge with that of the newest good pack in front; the built-in one alone when there is none. */
  readonly pack: AdvisoryPack;
  readonly problems: readonly PackProblem[];
}

export interface PackPlace {
  readonly folder: string;
  readonly policyFile: string;
}

export interface PackTime {
  /** `2026-11-22` */
  readonly today: string;
  /** The newest version that was in use before: an older one does not come back, however well it is signed. */
  readonly newest: number;
}

const MAX_PACK_BYTES = 8 * 1024 * 1024;
const MAX_SIGNATURE_BYTES = 4096;
const LINK = 'is a link; links are not followed';
const MAX_PACKS = 20;

/** Packs and policy lie beside the administrator's folder of rules. */
export function packPlace(rulesFolder: string): PackPlace {
  const folder = dirname(rulesFolder);
  return { folder: join(folder, 'packs'), policyFile: join(folder, 'policy.json') };
}

/** Names of the pack files, for telling whether something changed. */
export function packFiles({ folder }: PackPlace): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    // No such folder: the built-in knowledge is all there is.
    return [];
  }
}

/**
 * Reads the packs of the policy folder. A pack counts only when its `.sig` is a good Ed25519 signature by the key that the
 * administrator's policy names (`advisories.publicKey`), and when it is newer than what is in use. One whose last day is
 * over still counts, for what it knows stays true; it is told as a problem. Never throws.
 */
export function loadPacks(place: PackPlace, builtIn: AdvisoryPack, time: PackTime): LoadedPacks {
  const files = packFiles(place);
  if (files.length === 0) {
    const reason = `version ${String(time.newest)} was in use and no pack is here any more; put it, or a newer one, back`;
    return { pack: builtIn, problems: time.newest > builtIn.version ? [{ path: place.folder, reason }] : [] };
  }
  const problems: PackProblem[] = [];
  const key = publicKeyOf(place.policyFile);
  const least = Math.max(builtIn.version, time.newest - 1);
  let best = builtIn;
  let bestPath = '';
  for (const [at, path] of files.entries()) {
    const read =
      at >= MAX_PACKS
        ? `more than ${String(MAX_PACKS)} packs; this one is not used`
        : readPack(path, key, least);
    if (typeof read === 'string') problems.push({ path, reason: read });
    else if (read.version > best.version) {
      best = read;
      bestPath = path;
    }
  }
  if (best.until !== undefined && best.until < time.today)
    problems.push({
      path: bestPath,
      reason: `its last day was ${best.until}; it still counts, but a newer one should be here`,
    });
  const pack = best === builtIn ? builtIn : { ...best, entries: [...best.entries, ...builtIn.entries] };
  return { pack, problems };
}

/** @returns the pack, or why it is refused. */
function readPack(path: string, key: KeyObject | string, inUse: number): AdvisoryPack | string {
  if (typeof key === 'string') return key;
  const body = readPlain(path, MAX_PACK_BYTES);
  if (typeof body === 'string') return body;
  const written = readPlain(`${path}.sig`, MAX_SIGNATURE_BYTES);
  if (typeof written === 'string') return `its signature ${written}`;
  const signature = Buffer.from(written.toString('latin1').trim(), 'base64');
  if (signature.length !== 64 || !verify(null, body, key, signature))
    return 'its signature is not by the key in the policy';
  try {
    const parsed = AdvisoryPack.safeParse(JSON.parse(body.toString('utf8')));
    if (!parsed.success)
      return `has the wrong form at ${parsed.error.issues[0]?.path.join('.') ?? 'its top'}`;
    return parsed.data.version > inUse
      ? parsed.data
      : `version ${String(parsed.data.version)} is not newer than ${String(inUse)}, which is in use`;
  } catch {
    return 'is not valid JSON';
  }
}

function publicKeyOf(policyFile: string): KeyObject | string {
  const missing = `no key to check it with; set advisories.publicKey in ${policyFile}`;
  try {
    const section = readLayerValue(policyFile)?.['advisories'];
    const text =
      typeof section === 'object' && section !== null && 'publicKey' in section
        ? section.publicKey
        : undefined;
    if (typeof text !== 'string' || text === '') return missing;
    const key = text.includes('-----BEGIN')
      ? createPublicKey(text)
      : createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ed25519' ? key : 'advisories.publicKey is no Ed25519 key';
  } catch {
    return `advisories.publicKey in ${policyFile} cannot be read as a key`;
  }
}

/** One look at one open file: it cannot be exchanged between the check and the reading. */
function readPlain(path: string, maxBytes: number): Buffer | string {
  let fd: number;
  try {
    // Windows knows no flag against links: looked at first, and refused by the flag where there is one.
    if (lstatSync(path).isSymbolicLink()) return LINK;
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ELOOP') return LINK;
    return code === 'ENOENT' ? 'is missing' : 'cannot be opened';
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) return 'is not an ordinary file';
    if (stat.size > maxBytes) return `is larger than ${String(maxBytes)} bytes`;
    const bytes = Buffer.alloc(stat.size);
    let filled = 0;
    for (let got = 1; got > 0 && filled < bytes.length; filled += got)
      got = readSync(fd, bytes, filled, bytes.length - filled, filled);
    return bytes.subarray(0, filled);
  } catch {
    return 'cannot be read';
  } finally {
    closeSync(fd);
  }
}
