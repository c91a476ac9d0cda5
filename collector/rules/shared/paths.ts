/** Pure path arithmetic for all three operating systems: nothing here looks at a disk. */

export interface PathPlace {
  /** Absolute home folder, in the platform's own spelling. */
  readonly home: string;
  readonly platform: 'linux' | 'darwin' | 'win32';
  /** Folder that relative paths start from. */
  readonly cwd?: string | undefined;
}

/** Longer than any path an OS takes; the rest of a hostile one is cut. */
const MAX_PATH = 4_096;

/** Windows variables agents and malware write instead of a literal folder, below the home. */
const WINDOWS_HOME_VARIABLES: Readonly<Record<string, string>> = {
  USERPROFILE: '',
  HOME: '',
  APPDATA: '/AppData/Roaming',
  LOCALAPPDATA: '/AppData/Local',
  TEMP: '/AppData/Local/Temp',
  TMP: '/AppData/Local/Temp',
  ONEDRIVE: '/OneDrive',
};

const WINDOWS_ROOT_VARIABLES: Readonly<Record<string, string>> = {
  SYSTEMROOT: 'C:/Windows',
  WINDIR: 'C:/Windows',
  PROGRAMDATA: 'C:/ProgramData',
  ALLUSERSPROFILE: 'C:/ProgramData',
  PROGRAMFILES: 'C:/Program Files',
  SYSTEMDRIVE: 'C:',
  HOMEDRIVE: 'C:',
  PUBLIC: 'C:/Users/Public',
};

const POSIX_HOME_VARIABLES: Readonly<Record<string, string>> = {
  HOME: '',
  XDG_CONFIG_HOME: '/.config',
  XDG_DATA_HOME: '/.local/share',
  XDG_STATE_HOME: '/.local/state',
  XDG_CACHE_HOME: '/.cache',
};

/**
 * The absolute form of a path as somebody wrote it: `~`, `$HOME`, `%USERPROFILE%`, `$env:APPDATA`, `file://`,
 * `.` and `..`, doubled slashes, drive letters, `/c/…` of Git Bash and UNC shares are resolved; text after a NUL is cut.
 * @returns `/home/u/x` on POSIX, `C:\Users\u\x` or `\\server\share\x` on Windows; `undefined` when it is relative and no
 *   `cwd` is known, or empty. Symbolic links are not followed (that needs a disk). Never throws.
 */
export function resolvePath(raw: string, place: PathPlace): string | undefined {
  let text = raw.length > MAX_PATH ? raw.slice(0, MAX_PATH) : raw;
  const nul = text.indexOf('\0');
  if (nul >= 0) text = text.slice(0, nul);
  if (text === '') return undefined;
  const first = text.charCodeAt(0);
  if (first === SLASH && place.platform !== 'win32') return resolvePosix(text);
  if (first === TILDE || first === DOLLAR || first === PERCENT || text.startsWith('file:')) {
    text = expandStart(text, place);
  }
  if (place.platform === 'win32' || isWindowsAbsolute(text)) return resolveWindows(text, place);
  if (text.startsWith('/')) return resolvePosix(text);
  if (place.cwd === undefined) return undefined;
  return resolvePosix(`${place.cwd}/${text}`);
}

/** The form to compare by: forward slashes, and lower case where the file system ignores case (macOS, Windows). */
export function foldPath(path: string, platform: PathPlace['platform']): string {
  if (platform === 'linux') return path;
  const folded = path.toLowerCase();
  return platform === 'win32' ? folded.replaceAll('\\', '/') : folded;
}

/** `true` when `path` is `folder` or below it. Both absolute. */
export function isInside(path: string, folder: string, platform: PathPlace['platform']): boolean {
  const inner = foldPath(path, platform);
  let outer = foldPath(folder, platform);
  if (outer.length > 1 && outer.endsWith('/')) outer = outer.slice(0, -1);
  if (!inner.startsWith(outer)) return false;
  return inner.length === outer.length || outer === '/' || inner.charCodeAt(outer.length) === SLASH;
}

/** Last part of a path of either kind: `curl` of `/usr/bin/curl`, `cmd.exe` of `C:\Windows\cmd.exe`. */
export function baseName(path: string): string {
  const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  return cut < 0 ? path : path.slice(cut + 1);
}

/** `C:\`, `C:/` or `\\server`. */
export function isWindowsAbsolute(text: string): boolean {
  if (text.charCodeAt(1) === COLON) {
    const separator = text.charCodeAt(2);
    const letter = text.charCodeAt(0) | 0x20;
    return (
      letter >= 0x61 &&
      letter <= 0x7a &&
      (separator === SLASH || separator === BACKSLASH || Number.isNaN(separator))
    );
  }
  return text.startsWith('\\\\');
}

/**
 * The part of a path below a home folder, with forward slashes and lower case: `.ssh/id_rsa`.
 * Other people's homes count too (`/home/*`, `/Users/*`, `/root`, `C:\Users\*`), because a stolen key is one in any home.
 * @param folded lower-case path with forward slashes
 * @param home lower-case home with forward slashes
 */
export function belowHome(folded: string, home: string): string | undefined {
  if (home !== '' && home !== '/' && folded.startsWith(home)) {
    if (folded.length === home.length) return '';
    if (folded.charCodeAt(home.length) === SLASH) return folded.slice(home.length + 1);
  }
  if (folded === '/root') return '';
  if (folded.startsWith('/root/')) return folded.slice(6);
  const users = usersPrefix(folded);
  if (users === 0) return undefined;
  const end = folded.indexOf('/', users);
  return end < 0 ? '' : folded.slice(end + 1);
}

const SLASH = 47;
const BACKSLASH = 92;
const COLON = 58;
const TILDE = 126;
const DOLLAR = 36;
const PERCENT = 37;

/** Length of `/home/`, `/users/` or `c:/users/` (also under `/mnt/c` of WSL), else 0. */
function usersPrefix(folded: string): number {
  if (folded.startsWith('/home/')) return 6;
  if (folded.startsWith('/users/')) return 7;
  if (folded.startsWith(':/users/', 1)) return 9;
  if (folded.startsWith('/mnt/') && folded.startsWith('/users/', 6)) return 13;
  return 0;
}

/** `//`, `/./`, `/../` or a trailing slash: something to resolve. Nearly no path has one. */
const UNRESOLVED = /\/\.{0,2}(?:\/|$)/;

function resolvePosix(path: string): string {
  const plain = path.charCodeAt(0) === SLASH && (path.length === 1 || !UNRESOLVED.test(path));
  return plain ? path : joinPosix(path);
}

function joinPosix(path: string): string {
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') out.pop();
    else out.push(part);
  }
  return `/${out.join('/')}`;
}

function resolveWindows(text: string, place: PathPlace): string | undefined {
  let path = text.replaceAll('/', '\\');
  // `\\?\C:\x` and `\\.\C:\x` are the same file as `C:\x`.
  if (/^\\\\[?.]\\/.test(path)) path = path.slice(4).replace(/^UNC\\/i, '\\\\');
  const gitBash = /^\\([a-zA-Z])(?=\\|$)/.exec(path);
  if (gitBash?.[1] !== undefined) path = `${gitBash[1]}:${path.slice(2)}`;
  if (!isWindowsAbsolute(path)) {
    const cwd = place.cwd?.replaceAll('/', '\\');
    if (path.startsWith('\\')) {
      path = `${cwd !== undefined && isWindowsAbsolute(cwd) ? cwd.slice(0, 2) : 'C:'}${path}`;
    } else {
      if (cwd === undefined) return undefined;
      path = `${cwd}\\${path.replace(/^[a-zA-Z]:/, '')}`;
    }
  }
  const share = path.startsWith('\\\\');
  const parts = path.split('\\').filter((part) => part !== '' && part !== '.');
  const fixed = share ? 2 : 1;
  const out: string[] = [];
  for (const part of parts) {
    if (part !== '..') out.push(out.length >= fixed ? trimWindowsName(part) : part);
    else if (out.length > fixed) out.pop();
  }
  if (share) return `\\\\${out.join('\\')}`;
  const drive = (out[0] ?? 'C:').toUpperCase();
  return out.length <= 1 ? `${drive}\\` : `${drive}\\${out.slice(1).join('\\')}`;
}

/** Windows drops trailing dots and blanks of a name, and `file::$DATA` is the file itself. */
function trimWindowsName(part: string): string {
  const colon = part.toLowerCase().indexOf('::$data');
  let end = colon < 0 ? part.length : colon;
  while (end > 1 && (part[end - 1] === '.' || part[end - 1] === ' ')) end--;
  return part.slice(0, end);
}

function expandStart(text: string, place: PathPlace): string {
  if (text.startsWith('file:')) {
    const rest = text.slice(5).replace(/^\/\/(?:localhost)?(?=\/)/i, '');
    const decoded = decodePercent(rest);
    return isWindowsAbsolute(decoded.slice(1)) ? decoded.slice(1) : decoded;
  }
  if (text.startsWith('~')) return expandTilde(text, place);
  const named =
    /^(?:\$\{?env:(\w+)\}?|\$\{(\w+)\}|\$(\w+)|%(\w+)%)(?=[\\/]|$)/i.exec(text) ??
    /^%(HOMEDRIVE)%%HOMEPATH%/i.exec(text);
  const name = (named?.[1] ?? named?.[2] ?? named?.[3] ?? named?.[4])?.toUpperCase();
  if (named === null || name === undefined) return text;
  const rest = text.slice(named[0].length);
  if (named[0].length > 12 && /HOMEPATH%$/i.test(named[0])) return `${place.home}${rest}`;
  if (name === 'PWD' && place.cwd !== undefined) return `${place.cwd}${rest}`;
  if (name === 'TMPDIR') return `/tmp${rest}`;
  if (place.platform === 'win32') {
    const below = WINDOWS_HOME_VARIABLES[name];
    if (below !== undefined) return `${place.home}${below}${rest}`;
    const root = WINDOWS_ROOT_VARIABLES[name];
    return root === undefined ? text : `${root}${rest}`;
  }
  const below = POSIX_HOME_VARIABLES[name];
  return below === undefined ? text : `${place.home}${below}${rest}`;
}

function expandTilde(text: string, place: PathPlace): string {
  const end = text.search(/[\\/]/);
  const user = end < 0 ? text.slice(1) : text.slice(1, end);
  const rest = end < 0 ? '' : text.slice(end);
  if (user === '') return `${place.home}${rest}`;
  if (user === '+' && place.cwd !== undefined) return `${place.cwd}${rest}`;
  if (!/^[a-z_][\w.-]*$/i.test(user)) return text;
  if (user === 'root') return `${place.platform === 'darwin' ? '/var/root' : '/root'}${rest}`;
  const cut = Math.max(place.home.lastIndexOf('/'), place.home.lastIndexOf('\\'));
  const parent = cut > 0 ? place.home.slice(0, cut) : place.platform === 'darwin' ? '/Users' : '/home';
  return `${parent}/${user}${rest}`;
}

function decodePercent(text: string): string {
  return text.replace(/%([2-7][0-9a-f])/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
