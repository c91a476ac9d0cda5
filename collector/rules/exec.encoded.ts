import type { ShellAnalysis, ShellCommand } from '../contract/shell.ts';
import type { EventRule } from './rule.ts';
import { canonicalName, describeCommand, feedersOf, hasFlag } from './shared/commands.ts';
import { isEvaluator, isInterpreter, runsStdin } from './shared/interpreters.ts';
import { onCall } from './shared/on-call.ts';

export const execEncoded: EventRule = {
  on: 'event',
  id: 'exec.encoded',
  code: 'B-10',
  title: 'Hidden code decoded and run',
  severity: 'high',
  confidence: 'high',
  why: 'Code that is written in an unreadable form and run at once is meant not to be read by the person who approves it.',
  triage: 'Decode the text yourself (without running it) and see what it does and where it came from.',
  advice: 'Stop the session unless you know the text. Ask the agent for the plain commands.',
  falsePositives: ['Installers that carry a packed archive in themselves.'],
  references: [
    'https://attack.mitre.org/techniques/T1027/010/',
    'https://attack.mitre.org/techniques/T1140/',
  ],
  taxonomies: { attack: ['T1027.010', 'T1140', 'T1059'], atlas: ['AML.T0123'], owasp: ['ASI05'] },
  bundles: ['MAL'],
  trigger: {
    signs: ['decoded', 'inline-code', 'fed-runner', 'escaped-text'],
    programs: [
      'base64',
      'base32',
      'basenc',
      'openssl enc',
      'openssl -d',
      'xxd',
      'uudecode',
      'certutil',
      'rev',
      'powershell',
    ],
  },
  match: onCall((event) => {
    const { shell } = event;
    if (shell === undefined) return [];
    const written = shell.commands.find((one) => canonicalName(one.program) === 'certutil' && isDecoder(one));
    const command = shell.commands.find((candidate) => runsDecoded(candidate, shell, written));
    if (command === undefined) return [];
    return [
      {
        subject: `decoded code to ${canonicalName(command.program)}`,
        detail: `The agent ran text that was decoded on the spot (${command.program}).`,
        excerpt: describeCommand(command),
      },
    ];
  }),
  examples: {
    hit: [
      { name: 'base64 to sh', calls: [{ shell: 'echo ZWNobyBoaQ== | base64 -d | sh' }] },
      { name: 'long option, other shell', calls: [{ shell: 'base64 --decode /tmp/p.b64 | bash' }] },
      { name: 'eval of a decoded text', calls: [{ shell: 'eval "$(echo ZWNobyBoaQ== | base64 -d)"' }] },
      { name: 'bash -c of a decoded text', calls: [{ shell: 'bash -c "$(base64 -d <<< ZWNobyBoaQ==)"' }] },
      { name: 'hex', calls: [{ shell: 'echo 6563686f206869 | xxd -r -p | bash' }] },
      {
        name: 'python',
        calls: [{ shell: `python3 -c "import base64;exec(base64.b64decode('cHJpbnQoMSk='))"` }],
      },
      {
        name: 'node',
        calls: [{ shell: `node -e "eval(Buffer.from('Y29uc29sZS5sb2coMSk=','base64').toString())"` }],
      },
      { name: 'packed twice', calls: [{ shell: 'cat blob | base64 -d | gunzip | sh' }] },
      {
        name: 'PowerShell',
        calls: [{ shell: 'powershell -nop -w hidden -EncodedCommand ZQBjAGgAbwAgAGgAaQA=' }],
      },
      {
        name: 'decoded to a file, then run',
        calls: [{ shell: 'base64 -d p.b64 > /tmp/r.sh && sh /tmp/r.sh' }],
      },
      { name: 'perl', calls: [{ shell: 'perl -MMIME::Base64 -e \'eval decode_base64("cHJpbnQgMQ==")\'' }] },
      { name: 'openssl', calls: [{ shell: 'echo ZWNobyBoaQ== | openssl base64 -d | bash' }] },
      { name: 'reversed', calls: [{ shell: "echo 'ih ohce' | rev | sh" }] },
      { name: 'nested shell', calls: [{ shell: "sh -c 'echo ZWNobyBoaQ== | base64 -d | sh'" }] },
    ],
    miss: [
      {
        name: 'kubernetes secret',
        guards: 'decoding to the screen',
        calls: [{ shell: "kubectl get secret app -o jsonpath='{.data.url}' | base64 -d" }],
      },
      {
        name: 'decoded to a file',
        guards: 'restoring a certificate',
        calls: [{ shell: 'echo "$CERT" | base64 -d > cert.p12' }],
      },
      {
        name: 'token payload',
        guards: 'looking at a token',
        calls: [{ shell: 'cut -d. -f2 token.txt | base64 -d | jq .' }],
      },
      {
        name: 'json through python',
        guards: 'a python module that only formats',
        calls: [{ shell: 'echo e30= | base64 -d | python3 -m json.tool' }],
      },
      {
        name: 'encoding',
        guards: 'the other direction',
        calls: [{ shell: 'cat logo.png | base64 | pbcopy' }],
      },
      { name: 'here-document', guards: 'plain scripts', calls: [{ shell: 'bash <<EOF\necho hello\nEOF' }] },
      {
        name: 'decompressing a dump',
        guards: 'gzip into a database client',
        calls: [{ shell: 'gunzip -c dump.sql.gz | psql app_dev' }],
      },
      {
        name: 'python decodes for itself',
        guards: 'decoding without running',
        calls: [{ shell: `python3 -c "import base64;print(base64.b64decode('aGk='))"` }],
      },
      {
        name: 'logo into a style sheet',
        guards: 'encoding into a file',
        calls: [{ shell: 'base64 -w0 logo.png > logo.b64' }],
      },
      {
        name: 'token part',
        guards: 'looking at a token',
        calls: [{ shell: 'echo $JWT | cut -d. -f2 | base64 -d' }],
      },
      {
        name: 'activate',
        guards: 'sourcing a script',
        calls: [{ shell: 'source .venv/bin/activate && pytest | tail' }],
      },
      {
        name: 'colors',
        guards: 'escapes for the screen',
        calls: [{ shell: "printf '\\x1b[31mred\\x1b[0m\\n'" }],
      },
    ],
  },
};

const CODE =
  /\b(?:exec|eval|compile|Function|vm\.runIn\w+|system|popen|spawn|execSync|IEX|Invoke-Expression)\b[\s\S]{0,200}?(?:b64decode|a2b_base64|unhexlify|fromhex|atob\(|['"]base64['"]|FromBase64String|decode_base64|(?:un)?pack\s?\(\s?['"](?:H\*|u|m)|unpack\(|MIME::Base64|zlib\.decompress|marshal\.loads|base64_decode|Base64\.decode)/i;

/** @param written what decodes a text into a file on Windows, if the line does */
function runsDecoded(
  command: ShellCommand,
  shell: ShellAnalysis,
  written: ShellCommand | undefined,
): boolean {
  if (command.via.at(-1) === 'decoded') {
    const around = command.parent === undefined ? undefined : shell.commands[command.parent];
    // Code that decodes a text to print it: only next to something that runs texts is it run.
    if (around?.code !== undefined && !RUNS_TEXT.test(around.code.slice(0, 20_000))) return false;
    return shell.dialect !== 'powershell' || shell.commands.some(runsText);
  }
  if (command.code !== undefined && CODE.test(command.code.slice(0, 20_000))) return true;
  const name = canonicalName(command.program);
  if (
    name === 'powershell' &&
    command.args.some((word) => /^[-/]e(?:nc?|ncodedcommand|c)?$/i.test(word)) &&
    command.args.length > 1
  )
    return true;
  if (runsStdin(command) || isEvaluator(command.program) || runsSubstitution(command))
    return feedersOf(shell, command).some(isDecoder);
  if (
    written !== undefined &&
    command !== written &&
    written.args.some((word) => sameFile(word, command.programPath))
  )
    return true;
  if (!isInterpreter(command.program)) return false;
  const script = command.args.find((word) => !word.startsWith('-'));
  return (
    script !== undefined &&
    shell.commands.some(
      (other) =>
        isDecoder(other) && other.redirects.some((r) => r.operator.includes('>') && r.target === script),
    )
  );
}

const RUNS_TEXT =
  /\b(?:exec|eval|compile|Function|system|popen|spawn\w*|execSync|subprocess|runIn\w+|passthru|shell_exec|proc_open|__import__|import(?=\()|loads|instance_eval|class_eval)\s{0,8}[({"'`]|\beval\s|\|\s?(?:ba|z|da)?sh\b/;

/** PowerShell decodes texts to look at them as well: only with one of these about is the text run. */
function runsText(command: ShellCommand): boolean {
  return (
    isEvaluator(command.program) ||
    command.dynamicProgram === true ||
    /^(?:powershell|create|invokescript|invoke|newscriptblock|load|start-process|cmd|start)$/.test(
      canonicalName(command.program),
    )
  );
}

/** `bash -c "$(…)"`: what it runs comes out of a substitution. */
function runsSubstitution(command: ShellCommand): boolean {
  return (
    isInterpreter(command.program) &&
    command.args.some((word, i) => command.dynamic[i] === true && /\$\(|`|<\(/.test(word))
  );
}

function sameFile(a: string, b: string): boolean {
  const bare = (text: string): string => text.toLowerCase().replace(/^\.[\\/]/, '');
  return /\.(?:exe|dll|ps1|bat|cmd|js|vbs|hta|com)$/i.test(a) && bare(a) === bare(b);
}

function isDecoder(command: ShellCommand): boolean {
  const { args } = command;
  switch (canonicalName(command.program)) {
    case 'base64':
    case 'base32':
    case 'basenc':
      return hasFlag(args, 'd', 'D', 'decode');
    case 'openssl':
      return /^(?:enc|base64|aes-|des|bf)/.test(args[0] ?? '') && args.includes('-d');
    case 'xxd':
      return hasFlag(args, 'r');
    case 'uudecode':
      return true;
    case 'certutil':
      return args.some((word) => /^[-/]decode/i.test(word));
    case 'rev':
      return true;
    case 'printf':
    case 'echo':
      return args.some((word) => (word.match(/\\x[0-9a-f]{2}|\\[0-7]{3}/gi)?.length ?? 0) >= 4);
    default:
      return (
        command.code !== undefined &&
        /b64decode|atob\(|['"]base64['"]|fromhex|FromBase64String|decode_base64/.test(command.code)
      );
  }
}
