import { BASE64, DASH, DIGIT, DOTTED, TILDE, TOKEN, isOf, runEnd, runStart, startsWord } from './alphabet.ts';
import { isFiller } from './placeholders.ts';
import type { SecretMatch } from './types.ts';

/** Formats that are more than a prefix and a run: each looks at `index`, where its keyword was seen. */
export type Matcher = (text: string, index: number) => SecretMatch | undefined;

const MAX_TOKEN = 16_384;

/** `header.payload.signature`, two or three base64url parts that start like JSON objects. An unsigned one counts too. */
export const jwt: Matcher = (text, index) => {
  if (!startsWord(text, index) && text.charAt(index - 1) !== '_') return undefined;
  const headEnd = runEnd(text, index, TOKEN, 4096);
  if (headEnd - index < 12 || text.charAt(headEnd) !== '.') return undefined;
  if (text.charAt(headEnd + 1) !== 'e' || !/^e[yw]/.test(text.slice(headEnd + 1, headEnd + 3)))
    return undefined;
  let end = runEnd(text, headEnd + 1, TOKEN, MAX_TOKEN);
  if (end - headEnd < 10) return undefined;
  if (text.charAt(end) === '.') end = runEnd(text, end + 1, TOKEN, MAX_TOKEN);
  return { kind: 'jwt', provider: 'JWT', start: index, end, confidence: 'high', placeholder: false };
};

/**
 * A PEM or PGP private key, `-----BEGIN … PRIVATE KEY-----` up to its END line. With no END line (cut text) everything
 * that can be key material goes: base64, line breaks, and the headers of an encrypted key.
 */
export const privateKey: Matcher = (text, index) => {
  const from = Math.max(0, index - 60);
  const start = from + text.slice(from, index).lastIndexOf('-----BEGIN');
  if (!text.startsWith('-----BEGIN', start)) return undefined;
  const bodyStart = index + 'PRIVATE KEY'.length;
  const endMark = text.slice(bodyStart, bodyStart + MAX_TOKEN).indexOf('-----END');
  let end = bodyStart;
  if (endMark >= 0) {
    const close = text.slice(bodyStart + endMark + 8, bodyStart + endMark + 88).indexOf('-----');
    end = bodyStart + endMark + 8 + (close < 0 ? 0 : close + 5);
  } else {
    const rest = /^(?: BLOCK)?-{0,5}[A-Za-z0-9+/=,:\-\s\\]*/.exec(text.slice(bodyStart, bodyStart + 65_536));
    end = bodyStart + (rest?.[0].length ?? 0);
    if (end - bodyStart < 24) return undefined;
  }
  const placeholder = end - bodyStart < 60 || isFiller(text.slice(bodyStart, bodyStart + 120));
  return { kind: 'private-key', provider: 'PEM', start, end, confidence: 'high', placeholder };
};

/** Microsoft Entra client secret: three characters, a digit, `Q~`, 31 to 34 more. `index` is at the digit. */
export const entraSecret: Matcher = (text, index) => {
  const start = runStart(text, index, DOTTED | TILDE, 3);
  const end = runEnd(text, index + 3, DOTTED | TILDE, 60);
  if (index - start !== 3 || end - index - 3 < 28) return undefined;
  return {
    kind: 'azure-client-secret',
    provider: 'Azure',
    start,
    end,
    confidence: 'high',
    placeholder: false,
  };
};

/** Telegram bot token: 8 to 10 digits, a colon, `AA`, 33 more. `index` is at the colon. */
export const telegramToken: Matcher = (text, index) => {
  const start = runStart(text, index, DIGIT, 12);
  const end = runEnd(text, index + 1, TOKEN, 60);
  if (index - start < 8 || index - start > 11 || end - index - 1 < 35) return undefined;
  return {
    kind: 'telegram-bot-token',
    provider: 'Telegram',
    start,
    end,
    confidence: 'high',
    placeholder: false,
  };
};

/** Microsoft Teams webhook: the secret path after `webhook.office.com/webhookb2/`. */
export const teamsWebhook: Matcher = (text, index) => {
  const bodyStart = index + 'webhook.office.com/webhookb2/'.length;
  let end = bodyStart;
  while (end < text.length && end - bodyStart < 400 && !/[\s"'`<>]/.test(text.charAt(end))) end++;
  if (end - bodyStart < 40) return undefined;
  return {
    kind: 'teams-webhook',
    provider: 'Microsoft',
    start: index,
    end,
    confidence: 'high',
    placeholder: false,
  };
};

/** The marker `T3BlbkFJ` ("OpenAI" in base64) stands in the middle of every OpenAI key, whatever its prefix. */
export const openAiMarker: Matcher = (text, index) => {
  const start = runStart(text, index, TOKEN, 200);
  const end = runEnd(text, index, TOKEN, 200);
  if (index - start < 16 || end - index < 24) return undefined;
  return { kind: 'openai-api-key', provider: 'OpenAI', start, end, confidence: 'high', placeholder: false };
};

const AWS_NEAR = 240;

/** The 40-character secret that stands within a few words of an AWS access key id. */
export function awsSecretNear(text: string, idEnd: number): SecretMatch | undefined {
  const stop = Math.min(text.length, idEnd + AWS_NEAR);
  let i = idEnd;
  while (i < stop) {
    if (!isOf(BASE64 & ~256, text.charCodeAt(i))) {
      i++;
      continue;
    }
    const end = runEnd(text, i, BASE64 & ~256, 128);
    const value = text.slice(i, end);
    if (
      end - i === 40 &&
      !isOf(DASH, text.charCodeAt(end)) &&
      /\d/.test(value) &&
      /[a-z]/.test(value) &&
      /[A-Z]/.test(value)
    )
      return {
        kind: 'aws-secret-access-key',
        provider: 'AWS',
        start: i,
        end,
        confidence: 'high',
        placeholder: isFiller(value),
      };
    i = end;
  }
  return undefined;
}
