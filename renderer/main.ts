import { createBridgeTransport } from './transport/bridge.ts';
import { answersInPage, firstQuestions } from './transport/first.ts';
import { WebSocketTransport } from './transport/web-socket.ts';
import { loadPage } from './parts.ts';

// Small on purpose, with nothing of the contract or of React: it takes over the connection that `early.ts` has opened,
// and takes the answers, while the browser still reads the program that will show them.

const program = import('./start.tsx');
loadPage(location.hash);

const inPage = answersInPage(document);
const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
const since = inPage.since === undefined ? '' : `?since=${inPage.since}`;
const transport =
  window.reeve === undefined
    ? new WebSocketTransport(`${scheme}//${location.host}/api`, since, window.reeveEarly)
    : createBridgeTransport(window.reeve);

const asked = new Map<string, Promise<unknown>>();
firstQuestions(location.hash, (method, params) => {
  const answer = inPage.has(method)
    ? inPage.answer(method).then((known) => known ?? transport.call(method, params))
    : transport.call(method, params, true);
  // Whoever takes it is told of a failure.
  answer.catch(() => undefined);
  asked.set(`${method} ${JSON.stringify(params)}`, answer);
});

void program.then(({ start }) => start(transport, asked));
