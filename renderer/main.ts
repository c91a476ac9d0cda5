import { createBridgeTransport } from './transport/bridge.ts';
import { FIRST } from './transport/first.ts';
import { WebSocketTransport } from './transport/web-socket.ts';

// Small on purpose, with nothing of the contract or of React: it asks for what every page shows, while the browser
// still reads the program that will show it.

// Addresses live behind the `#`; one typed as a path means the same page.
if (location.protocol.startsWith('http') && location.pathname !== '/')
  location.replace(`/#${location.pathname}${location.search}`);

const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
const transport =
  window.reeve === undefined
    ? new WebSocketTransport(`${scheme}//${location.host}/api`)
    : createBridgeTransport(window.reeve);

const asked = new Map(
  FIRST.map((method) => {
    const answer = transport.call(method, {});
    // Whoever takes it is told of a failure.
    answer.catch(() => undefined);
    return [`${method} {}`, answer];
  }),
);

void import('./start.tsx').then(({ start }) => start(transport, asked));
