/** One distribution of the Windows Subsystem for Linux, as the registry knows it. */
export interface WslDistribution {
  /** `{8c0f…}`: also in the command line of the helper that runs while the distribution does. */
  readonly id: string;
  readonly name: string;
  /** 1: its files are ordinary files of Windows; 2: they are in a disk image, and can be had only while it runs. */
  readonly version: 1 | 2;
  /** Folder on Windows, with `/`. */
  readonly basePath: string;
}

const MAX_DISTRIBUTIONS = 32;

/**
 * Reads what `reg query HKCU\…\Lxss /s` prints: a line with the key, then `    Name    REG_SZ    value` lines. Value
 * names and types are the same in every language of Windows. Pure; what makes no sense is left out.
 */
export function readLxss(text: string): readonly WslDistribution[] {
  const found: WslDistribution[] = [];
  for (const block of text.split(/^(?=HKEY_)/m)) {
    const id = /^HKEY_\S+\\Lxss\\(\{[0-9a-f-]{36}\})\s*$/im.exec(block.slice(0, 400))?.[1];
    if (id === undefined || found.length >= MAX_DISTRIBUTIONS) continue;
    const value = (name: string): string | undefined =>
      new RegExp(`^\\s+${name}\\s+REG_\\w+\\s+(.{1,1000}?)\\s*$`, 'm').exec(block)?.[1];
    const name = value('DistributionName');
    const basePath = value('BasePath');
    // A name is one part of a path below.
    if (name === undefined || basePath === undefined || !/^[\w .-]{1,64}$/.test(name) || /^\.+$/.test(name))
      continue;
    found.push({
      id: id.toLowerCase(),
      name,
      version: Number(value('Version') ?? 2) === 1 ? 1 : 2,
      basePath: basePath.replace(/^\\\\\?\\/, '').replaceAll('\\', '/'),
    });
  }
  return found;
}

/**
 * Distributions that run, by the helper process `wslhost.exe --distro-id {…}` that each has. Asking for the files of
 * one that does not run would start it, and Reeve starts nothing it finds.
 */
export function runningDistributions(argvs: readonly (readonly string[])[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const argv of argvs) {
    if (!argv.some((part) => /wslhost(?:\.exe)?$/i.test(part))) continue;
    for (const part of argv) {
      const id = /\{[0-9a-f-]{36}\}/i.exec(part)?.[0];
      if (id !== undefined) ids.add(id.toLowerCase());
    }
  }
  return ids;
}

/**
 * Where the root of a distribution is, seen from Windows: `//wsl.localhost/Ubuntu`, older Windows `//wsl$/Ubuntu`.
 * @returns none when its files cannot be had without starting it
 */
export function wslRoots(
  { id, name, version, basePath }: WslDistribution,
  running: ReadonlySet<string>,
): readonly string[] {
  if (version === 1) return [`${basePath}/rootfs`];
  return running.has(id) ? [`//wsl.localhost/${name}`, `//wsl$/${name}`] : [];
}
