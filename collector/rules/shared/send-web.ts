import type { ShellCommand } from '../../contract/shell.ts';
import { flagValues, operands } from './arguments.ts';
import { parseUrl } from './hosts.ts';
import { files, isSubstituted, runsInside, type Send, type SendPlace, stdin, receiverOf } from './send.ts';

const CURL_VALUED = [
  '-X',
  '--request',
  '-H',
  '--header',
  '-o',
  '--output',
  '-u',
  '--user',
  '-A',
  '--user-agent',
  '-e',
  '--referer',
  '-b',
  '--cookie',
  '-c',
  '--cookie-jar',
  '-m',
  '--max-time',
  '--connect-timeout',
  '--retry',
  '-x',
  '--proxy',
  '-w',
  '--write-out',
  '--cacert',
  '--cert',
  '--key',
  '-d',
  '--data',
  '--data-raw',
  '--data-binary',
  '--data-ascii',
  '--data-urlencode',
  '--json',
  '-F',
  '--form',
  '--form-string',
  '-T',
  '--upload-file',
  '-K',
  '--config',
  '--resolve',
  '-r',
  '--range',
  '-E',
  '--retry-delay',
  '--url',
  '-D',
  '--dump-header',
  '-Y',
  '-y',
  '-z',
];
const CURL_DATA = [
  '-d',
  '--data',
  '--data-binary',
  '--data-ascii',
  '--data-urlencode',
  '--json',
  '-F',
  '--form',
];

export function curl(command: ShellCommand, place: SendPlace): readonly Send[] {
  const url = flagValues(command, ['--url'])[0] ?? operands(command, CURL_VALUED)[0];
  if (url === undefined) return [];
  const target = receiverOf(url);
  if (target === undefined) return [];
  const bodies = flagValues(command, CURL_DATA);
  const raw = flagValues(command, ['--data-raw', '--form-string']);
  const uploads = flagValues(command, ['-T', '--upload-file']);
  const named = [...bodies.flatMap(atFiles), ...uploads];
  const headers = flagValues(command, ['-H', '--header', '-b', '--cookie', '-A', '-e', '-u', '--user']);
  if (named.length > 0) return [{ how: 'upload', ...target, ...files(named, command, place), command }];
  const texts = [...bodies, ...raw];
  if (texts.length > 0) {
    return [
      {
        how: 'upload',
        ...target,
        payload: texts.some(isSubstituted) ? 'dynamic' : 'literal',
        files: [],
        command,
      },
    ];
  }
  // Data may leave in the address or a header of a plain GET as well.
  if (runsInside(url) || headers.some(runsInside))
    return [{ how: 'link', ...target, payload: 'dynamic', files: [], command }];
  return [];
}

export function wget(command: ShellCommand, place: SendPlace): readonly Send[] {
  const url = operands(command, ['-O', '-o', '-P', '-U', '--header']).find(
    (word) => word.includes('://') || word.includes('.'),
  );
  const target = url === undefined ? undefined : receiverOf(url);
  if (url === undefined || target === undefined) return [];
  const named = flagValues(command, ['--post-file', '--body-file']);
  if (named.length > 0) return [{ how: 'upload', ...target, ...files(named, command, place), command }];
  const texts = flagValues(command, ['--post-data', '--body-data']);
  if (texts.length > 0)
    return [
      {
        how: 'upload',
        ...target,
        payload: texts.some(isSubstituted) ? 'dynamic' : 'literal',
        files: [],
        command,
      },
    ];
  return runsInside(url) ? [{ how: 'link', ...target, payload: 'dynamic', files: [], command }] : [];
}

export function httpie(command: ShellCommand, place: SendPlace): readonly Send[] {
  const words = operands(command);
  const method = /^(?:POST|PUT|PATCH)$/.test(words[0] ?? '') ? words.shift() : undefined;
  const target = receiverOf(words.shift() ?? '');
  if (target === undefined) return [];
  const named = words.flatMap((word) => /^[\w.-]{1,60}(?::=|=)?@(.+)$/.exec(word)?.[1] ?? []);
  if (named.length > 0) return [{ how: 'upload', ...target, ...files(named, command, place), command }];
  const input = command.redirects.some((redirect) => redirect.operator.startsWith('<'));
  if (input || (method !== undefined && command.stage > 0))
    return [{ how: 'upload', ...target, ...stdin(command, place), command }];
  return words.length > 0 || method !== undefined
    ? [
        {
          how: 'upload',
          ...target,
          payload: words.some(isSubstituted) ? 'dynamic' : 'literal',
          files: [],
          command,
        },
      ]
    : [];
}

export function powershell(command: ShellCommand, place: SendPlace): readonly Send[] {
  const lower = command.args.map((word) => word.toLowerCase());
  const after = (names: readonly string[]): string | undefined => {
    const at = lower.findIndex((word) => names.includes(word));
    return at < 0 ? undefined : command.args[at + 1];
  };
  const url = after(['-uri', '-u']) ?? command.args.find((word) => word.includes('://'));
  const target = url === undefined ? undefined : receiverOf(url);
  if (target === undefined) return [];
  const infile = after(['-infile']);
  if (infile !== undefined)
    return [{ how: 'upload', ...target, ...files([infile], command, place), command }];
  const body = after(['-body', '-b', '-form']);
  if (body === undefined) return [];
  return [
    {
      how: 'upload',
      ...target,
      payload: isSubstituted(body) || body.startsWith('(') ? 'dynamic' : 'literal',
      files: [],
      command,
    },
  ];
}

const CODE_POST =
  /(?:\.|->)(?:post|put|patch|post_form|postForm)\s{0,4}\(|stream_context_create|\b(?:requests\.(?:post|put|patch)|httpx\.(?:post|put|patch)|session\.post|urlopen\(|http\.client|HTTPSConnection|axios\.(?:post|put)|fetch\(|Net::HTTP\.post|HTTP::Tiny|LWP::UserAgent|UploadFile|UploadString|https?\.request|sendall\()/;

export function codeSends(command: ShellCommand, code: string): readonly Send[] {
  const text = code.slice(0, 20_000);
  if (!CODE_POST.test(text)) return [];
  if (
    /fetch\(|urlopen\(|https?\.request/.test(text) &&
    !/\bPOST\b|\bPUT\b|\bbody\b|\bdata\s*=|method\s*:/.test(text)
  )
    return [];
  const url = /https?:\/\/[^\s'"`)]{3,300}/.exec(text)?.[0];
  const target =
    url === undefined ? { to: 'an address only known at run time', urlPath: '/' } : receiverOf(url);
  if (target === undefined) return [];
  const reads =
    /\bopen\(|read_text|readFile|File\.read|environ|process\.env|file_get_contents|\bENV\b|`[^`\n]{1,200}`|\$_ENV|\$ENV\{|getenv\(/.test(
      text,
    );
  return [{ how: 'upload', ...target, payload: reads ? 'dynamic' : 'literal', files: [], command }];
}

/** A fetched address whose query carries a long opaque text. */
export function linkSends(raw: string): readonly Send[] {
  const url = parseUrl(raw);
  if (url === undefined) return [];
  const opaque = url.query
    .split('&')
    .some((part) => /^[\w+/=%-]{60,}$/.test(part.slice(part.indexOf('=') + 1)));
  return opaque
    ? [{ how: 'link', to: url.host, host: url.host, urlPath: url.path, payload: 'dynamic', files: [] }]
    : [];
}

function atFiles(body: string): string[] {
  const direct = /^(?:[\w.[\]-]{0,60}=)?[@<](.+)$/.exec(body)?.[1];
  return direct === undefined ? [] : [direct.replace(/;(?:type|filename)=.*$/s, '')];
}
