/** Environment variables of Windows whose value follows from the home or is the same nearly everywhere. Lower-case names. */
export function windowsVariable(name: string, home: string, cwd: string | undefined): string | undefined {
  switch (name) {
    case 'userprofile':
    case 'home':
      return home;
    case 'appdata':
      return `${home}\\AppData\\Roaming`;
    case 'localappdata':
      return `${home}\\AppData\\Local`;
    case 'temp':
    case 'tmp':
      return `${home}\\AppData\\Local\\Temp`;
    case 'systemroot':
    case 'windir':
      return 'C:\\Windows';
    case 'comspec':
      return 'C:\\Windows\\System32\\cmd.exe';
    case 'programdata':
      return 'C:\\ProgramData';
    case 'systemdrive':
    case 'homedrive':
      return 'C:';
    case 'cd':
      return cwd;
    default:
      return undefined;
  }
}
