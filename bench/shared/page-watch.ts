/**
 * Notes when each request of the page left and was answered, and when something to read first stood there. It waits for
 * changes of the document: looking again and again would be work of the page.
 */
export const WATCH = `
  const asked = new Map();
  globalThis.calls = [];
  const Plain = WebSocket;
  globalThis.WebSocket = class extends Plain {
    constructor(url) {
      super(url);
      this.addEventListener('message', ({ data }) => {
        const at = performance.now();
        const id = /^\\{"jsonrpc":"2.0","id":(\\d+)/.exec(data)?.[1] ?? JSON.parse(data).id;
        const call = asked.get(Number(id));
        if (call !== undefined) { asked.delete(Number(id)); calls.push({ ...call, endMs: at, bytes: data.length }); }
      });
    }
    send(text) {
      const { id, method } = JSON.parse(text);
      asked.set(id, { method, startMs: performance.now() });
      super.send(text);
    }
  };
  globalThis.useful = (selector) => new Promise((resolve) => {
    const look = () => {
      if (document.querySelector(selector) === null) return false;
      requestAnimationFrame(() => resolve(performance.now()));
      return true;
    };
    if (look()) return;
    const changes = new MutationObserver(() => { if (look()) changes.disconnect(); });
    changes.observe(document, { childList: true, subtree: true });
  });
`;

export interface Call {
  readonly method: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly bytes: number;
}

/** Time in which at least one request was on its way. */
export function waited(calls: readonly Call[]): number {
  let [sum, until] = [0, 0];
  for (const { startMs, endMs } of [...calls].sort((a, b) => a.startMs - b.startMs)) {
    if (endMs <= until) continue;
    sum += endMs - Math.max(startMs, until);
    until = endMs;
  }
  return sum;
}

export function printCalls(calls: readonly Call[]): void {
  for (const { method, startMs, endMs, bytes } of calls)
    console.log(
      `    ${method.padEnd(22)} at ${startMs.toFixed(0).padStart(5)} ms, ${(endMs - startMs).toFixed(0).padStart(5)} ms, ${(bytes / 1_000).toFixed(0)} kB`,
    );
}
