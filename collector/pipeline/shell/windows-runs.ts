import type { Word } from './state.ts';

/**
 * Command lines that a Windows program runs or plants, from its words: `forfiles /c`, `wmic process call create`,
 * `schtasks /tr`, `runas`, `psexec`, `mshta … .Run("…")`, `Invoke-WmiMethod … -ArgumentList`.
 * @param program lower case, no `.exe`
 */
export function windowsRuns(program: string, words: readonly Word[]): readonly string[] {
  const args = words.slice(1).map((word) => word.text);
  const after = (...names: readonly string[]): string[] => {
    const at = args.findIndex((arg) => names.includes(arg.toLowerCase()));
    return at < 0 ? [] : args.slice(at + 1, at + 2);
  };
  switch (program) {
    case 'forfiles':
      return after('/c');
    case 'schtasks':
      return after('/tr');
    case 'wmic':
      return args.some((arg) => arg.toLowerCase() === 'call') ? after('create') : [];
    case 'invoke-wmimethod':
    case 'iwmi':
      return after('-argumentlist', '-args');
    case 'runas':
      return args.filter((arg) => !arg.startsWith('/')).slice(-1);
    case 'psexec':
    case 'psexec64':
    case 'conhost': {
      const from = args.findIndex((arg, i) => !/^[-/\\]/.test(arg) && !/^-[up]$/i.test(args[i - 1] ?? ''));
      return from < 0 ? [] : [args.slice(from).join(' ')];
    }
    case 'pcalua':
      return [[...after('-a'), ...after('-c')].join(' ')].filter((line) => line !== '');
    case 'mshta':
      return args.flatMap((arg) => /\.(?:run|exec)\(\s*["']*([^"')]{1,2000})/i.exec(arg)?.[1] ?? []);
    default:
      return [];
  }
}
