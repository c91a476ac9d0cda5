import { FIRST_ANSWERS_ID, FIRST_METHODS } from '../../contract/first-look.ts';
import { dispatch, type ServedHandlers } from '../dispatch.ts';
import { Encoded } from '../encoded.ts';

/** The page is not held up longer for answers that somebody else is waited for; it asks for them itself then. */
const LONGEST_WAIT_MS = 250;

/**
 * The element of the page with the answers that every page starts from, made by the handlers that answer the socket.
 * What fails, or takes too long, is left out.
 */
export async function firstAnswersElement(
  handlers: ServedHandlers,
  onError: (error: unknown, method: string) => void,
): Promise<string> {
  const parts = await Promise.all(
    FIRST_METHODS.map(async (method) => {
      const json = await inTime(
        dispatch(handlers, method, {}, onError).then(toJson, () => undefined), // it was told to `onError`
      );
      return json === undefined ? [] : [`${JSON.stringify(method)}:${json}`];
    }),
  );
  return dataElement(FIRST_ANSWERS_ID, `{${parts.flat().join(',')}}`);
}

/** A `<script>` that no browser runs: its text is data. @param json as `JSON.stringify` makes it */
export function dataElement(id: string, json: string): string {
  return `<script type="application/json" id="${id}">${inertJson(json)}</script>`;
}

/**
 * The same JSON without any sign that could end the element or begin a comment in it, whatever words it holds: in JSON
 * these stand inside of strings only, where an escape means the same.
 */
function inertJson(json: string): string {
  return json.replaceAll(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function toJson(answer: unknown): string | undefined {
  // `undefined` for what JSON has no words for, whatever the declaration says.
  return answer instanceof Encoded ? Buffer.from(answer.bytes).toString('utf8') : JSON.stringify(answer);
}

async function inTime(json: Promise<string | undefined>): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, LONGEST_WAIT_MS, undefined);
  });
  try {
    return await Promise.race([json, late]);
  } finally {
    clearTimeout(timer);
  }
}
