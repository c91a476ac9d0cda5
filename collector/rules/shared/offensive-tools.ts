/** What a tool is made for. */
export type OffensiveKind =
  | 'steals credentials'
  | 'controls machines from outside'
  | 'exploits weaknesses'
  | 'guesses passwords'
  | 'looks for ways to more rights'
  | 'intercepts traffic'
  | 'attacks a directory'
  | 'mines coins';

/**
 * Names nobody but testers and intruders has a use for; lower case, without extension. Each is the name its makers
 * gave the program, package or repository. Collected 2026-11-22.
 */
const NAMES: Readonly<Record<OffensiveKind, string>> = {
  'steals credentials':
    'mimikatz mimikittenz mimipenguin lazagne pypykatz nanodump lsassy dumpert secretsdump donpapi gosecretsdump hekatomb sharpdpapi sharpchrome sharpweb hackbrowserdata chlonium dploot masky keethief safetykatz sharpkatz invoke-mimikatz invoke-ninjacopy gpp-decrypt',
  'controls machines from outside':
    'cobaltstrike sliver-client sliver-server metasploit-framework metasploit msfconsole msfvenom msfdb merlin-agent poshc2 pupy villain hoaxshell koadic silenttrinity brute-ratel quasarrat asyncrat njrat evil-winrm pwncat pwncat-cs weevely meterpreter nishang powercat invoke-powershelltcp dnscat2 dnscat iodine gsocket gs-netcat chashell reverse-ssh ligolo ligolo-ng havoc-c2 mythic-cli empire-server starkiller platypus-c2',
  'exploits weaknesses':
    'sqlmap commix xsstrike beef-xss searchsploit exploitdb routersploit nosqlmap jexboss ysoserial jndiexploit log4shell-poc printspoofer juicypotato roguepotato godpotato sweetpotato efspotato dirtycow dirtypipe pwnkit nikto wpscan joomscan crlfuzz smuggler veil-evasion shellter donut-shellcode ebowla amsi-bypass setoolkit gophish evilginx evilginx2 modlishka',
  'guesses passwords':
    'hashcat hashcat64 patator ncrack brutespray johntheripper rainbowcrack ophcrack cewl crunch-wordlist kerbrute sprayhound spraykatz o365spray trevorspray fcrackzip pdfcrack hash-identifier rockyou thc-hydra',
  'looks for ways to more rights':
    'linpeas winpeas linenum linux-exploit-suggester linux-exploit-suggester-2 linuxprivchecker linux-smart-enumeration lse pspy pspy64 pspy32 unix-privesc-check sharpup winprivcheck wesng windows-exploit-suggester privesccheck beroot traitor peass-ng deepce cdk-team gtfonow suid3num pacu cloudfox scoutsuite enumerate-iam peirates kubeletctl kube-hunter azurehound roadrecon microburst stormspotter aadinternals',
  'intercepts traffic':
    'bettercap ettercap responder-llmnr inveigh mitm6 dsniff arpspoof dnsspoof sslstrip aircrack-ng airodump-ng aireplay-ng wifite kismet reaver mdk4 yersinia ntlmrelayx',
  'attacks a directory':
    'crackmapexec netexec nxc cme bloodhound bloodhound-python sharphound rusthound impacket certipy certipy-ad rubeus pywhisker powerview powersploit adrecon adidnsdump coercer petitpotam printerbug dfscoerce krbrelayx goldencopy psexec.py wmiexec smbexec atexec dcomexec getuserspns getnpusers ticketer lookupsid bloodyad ldeep adalanche pingcastle sharpview sharpgpoabuse gpoddity nopac zerologon',
  'mines coins':
    'xmrig xmr-stak cpuminer cpuminer-multi minerd t-rex nbminer phoenixminer ethminer lolminer cgminer bfgminer gminer teamredminer nanominer srbminer srbminer-multi xmrig-proxy wildrig nheqminer',
};

const KINDS: ReadonlyMap<string, OffensiveKind> = new Map(
  kinds().flatMap(([kind, names]) => names.split(' ').map((name): [string, OffensiveKind] => [name, kind])),
);

function kinds(): [OffensiveKind, string][] {
  return [
    ['steals credentials', NAMES['steals credentials']],
    ['controls machines from outside', NAMES['controls machines from outside']],
    ['exploits weaknesses', NAMES['exploits weaknesses']],
    ['guesses passwords', NAMES['guesses passwords']],
    ['looks for ways to more rights', NAMES['looks for ways to more rights']],
    ['intercepts traffic', NAMES['intercepts traffic']],
    ['attacks a directory', NAMES['attacks a directory']],
    ['mines coins', NAMES['mines coins']],
  ];
}

/** Names that are ordinary words or other products too: only their own manner of being called tells. */
const BY_ARGUMENTS: Readonly<Record<string, readonly [OffensiveKind, RegExp]>> = {
  hydra: [
    'guesses passwords',
    /(?:^|\s)-(?:l|L|P|C|p) \S.{0,300}\b(?:ssh|ftps?|rdp|smb|https?-\w{1,20}|mysql|mssql|telnet|vnc|ldap\w{0,10}|imap|pop3|postgres)\b/,
  ],
  medusa: ['guesses passwords', /(?:^|\s)-M \S+|-h \S+ -u/i],
  john: ['guesses passwords', /--(?:wordlist|format|incremental|show|rules|single)\b|hash|shadow/i],
  unshadow: ['guesses passwords', /passwd/],
  responder: ['intercepts traffic', /(?:^|\s)-I \w/],
  'responder.py': ['intercepts traffic', /(?:^|\s)-I \w/],
  sliver: ['controls machines from outside', /^(?:generate|listen|operator|mtls|beacon)/],
  nuclei: ['exploits weaknesses', /(?:^|\s)-(?:u|l|target|list|t|tags) \S/],
  wfuzz: ['exploits weaknesses', /FUZZ/],
  ffuf: ['exploits weaknesses', /FUZZ/],
  gobuster: ['exploits weaknesses', /^(?:dir|dns|vhost|fuzz|s3)\b/],
  feroxbuster: ['exploits weaknesses', /(?:^|\s)(?:-u|--url)/],
  dirb: ['exploits weaknesses', /^https?:/],
  chisel: ['controls machines from outside', /^(?:client|server)\b/],
  frpc: ['controls machines from outside', /./],
  revsocks: ['controls machines from outside', /./],
  tcpkill: ['intercepts traffic', /./],
  seclists: ['guesses passwords', /./],
};

/** Written together with a repository's owner these are certain: `owner/name` or one of the names above. */
export function offensiveName(word: string): OffensiveKind | undefined {
  const name = word
    .toLowerCase()
    .replace(/\.git$/, '')
    .replace(/(?:\.(?:exe|py|sh|ps1|pl|rb|bin|elf|dll|bat|txt|zip|tar|gz|tgz|x64|x86)){1,4}$/, '')
    .replace(
      /[_-](?:linux|windows|darwin|macos|amd64|x64|x86|x86_64|arm64|any|ofs|fat|small|v?\d[\d.]*)(?=[_-]|$)/g,
      '',
    )
    .replace(/^impacket-/, '');
  return KINDS.get(name);
}

/** @param line the arguments, blank-separated */
export function offensiveCall(program: string, line: string): OffensiveKind | undefined {
  const certain = offensiveName(program);
  if (certain !== undefined) return certain;
  const name = program.toLowerCase();
  const entry = Object.hasOwn(BY_ARGUMENTS, name) ? BY_ARGUMENTS[name] : undefined;
  return entry?.[1].test(line.slice(0, 2_000)) === true ? entry[0] : undefined;
}

const STEMS: ReadonlySet<string> = new Set(
  [...KINDS.keys()].map((name) => /^[a-z0-9]+/.exec(name)?.[0] ?? name),
);

/** A cheap look at a path before `offensiveName`: does the name of the file begin like one of them? */
export function isOffensiveStem(path: string): boolean {
  let from = path.length;
  while (from > 0 && path.charCodeAt(from - 1) !== SLASH && path.charCodeAt(from - 1) !== BACKSLASH) from--;
  let to = from;
  while (to < path.length && to - from < 40 && isWordUnit(path.charCodeAt(to))) to++;
  return to - from > 2 && STEMS.has(path.slice(from, to).toLowerCase());
}

function isWordUnit(unit: number): boolean {
  return (unit >= 48 && unit <= 57) || (unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122);
}

const SLASH = 47;
const BACKSLASH = 92;

/** Names of programs whose calls may be one; for the index of rules, so it may be wider than `offensiveCall`. */
export const OFFENSIVE_PROGRAM = new RegExp(
  `^(?:impacket-)?(?:${[...KINDS.keys(), ...Object.keys(BY_ARGUMENTS)].map((name) => name.replaceAll('.', '\\.')).join('|')})(?:[._-][\\w.-]{0,60})?$`,
  'i',
);
