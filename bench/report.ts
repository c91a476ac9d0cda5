/**
 * Reporter throughput to a receiver on loopback: `node bench/report.ts [events] [mode]`.
 * Prints events per second, bytes per event on the wire, and the ratio to the plainest thing that could be sent: the
 * same rows as a JSON array, uncompressed, posted in the same batches in the same run to the same kind of server.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Config } from '../collector/contract/config.ts';
import type { StoredEvent } from '../collector/contract/stored.ts';
import type { OutboxRow } from '../collector/report/encode-batch.ts';
import type { Outbox } from '../collector/report/reporter-types.ts';
import { createReporter, MAX_BATCH_RECORDS } from '../collector/report/reporter.ts';

const count = Number(process.argv[2] ?? 50_000);
const mode = process.argv[3] ?? 'metadata';

/** Events as varied as a working day: shell, reads, writes, MCP, prompts, results. */
function event(i: number): StoredEvent {
  const session = `claude-code:5f2c1f7e-${String(i % 40).padStart(4, '0')}-4c11-9d6f-0a1b2c3d4e5f`;
  const kind = (['tool.call', 'tool.result', 'tool.call', 'tool.result', 'prompt.submit'] as const)[i % 5];
  const category = (['shell', 'read', 'write', 'mcp', 'search'] as const)[(i >> 2) % 5];
  const callId = `toolu_${(i * 2_654_435_761).toString(36).padStart(24, '0')}`;
  const path = `/home/alice/work/service-${i % 17}/src/module-${i % 101}/file-${i % 997}.ts`;
  return {
    id: `claude-code:${kind ?? 'tool.call'}:${callId}`,
    kind: kind ?? 'tool.call',
    timeMs: 1_795_305_600_000 + i * 731,
    agentId: 'claude-code',
    sessionId: session,
    actor: { user: 'alice', uid: 501 },
    ...(kind === 'prompt.submit'
      ? { input: { text: `Fix the failing test number ${i} and run it again`, origin: 'human' } }
      : { tool: { name: category ?? 'shell', category: category ?? 'shell', callId } }),
    ...(kind === 'tool.call'
      ? {
          input: { command: `npm test -- --filter module-${i % 101}`, programs: ['npm'], cwd: path },
          resources: [{ kind: 'file' as const, value: path, access: 'read' as const }],
        }
      : { resources: [] }),
    ...(kind === 'tool.result'
      ? { outcome: { status: 'ok' as const, durationMs: i % 4_000, exitCode: 0 } }
      : {}),
    source: {
      path: `/home/alice/.claude/projects/service-${i % 17}/${session.slice(12)}.jsonl`,
      offsetBytes: i * 1_733,
    },
  };
}

const rows: OutboxRow[] = Array.from({ length: count }, (_, i) => {
  const one = event(i);
  return { id: i, uid: one.id, priority: 'event', json: JSON.stringify(one), createdMs: 1, attempts: 0 };
});

/** A server that reads and forgets. */
async function sink(): Promise<{ url: string; received: () => number; close: () => void }> {
  let received = 0;
  const server = http.createServer((request, response) => {
    request.on('data', (chunk: Buffer) => (received += chunk.length));
    request.on('end', () => response.writeHead(200).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received: () => received,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function plainJson(): Promise<{ seconds: number; bytes: number }> {
  const server = await sink();
  const agent = new http.Agent({ keepAlive: true });
  const started = performance.now();
  for (let i = 0; i < rows.length; i += MAX_BATCH_RECORDS) {
    const body = Buffer.from(
      `[${rows
        .slice(i, i + MAX_BATCH_RECORDS)
        .map(({ json }) => json)
        .join(',')}]`,
    );
    await new Promise<void>((resolve, reject) => {
      const request = http.request(server.url, { method: 'POST', agent }, (response) => {
        response.resume().on('end', resolve);
      });
      request.on('error', reject).end(body);
    });
  }
  const seconds = (performance.now() - started) / 1_000;
  agent.destroy();
  const bytes = server.received();
  server.close();
  return { seconds, bytes };
}

async function reporter(): Promise<{ seconds: number; bytes: number; longestBlockMs: number }> {
  const server = await sink();
  let next = 0;
  const stop = new AbortController();
  const outbox: Outbox = {
    peek: (maxRows) => rows.slice(next, next + maxRows),
    acknowledge: (ids) => {
      next += ids.length;
      if (next === rows.length) stop.abort();
    },
    drop: (ids, reason) => {
      throw new Error(`${ids.length} rows dropped: ${reason}`);
    },
    size: () => ({ rows: rows.length - next, bytes: 0 }),
  };
  const sender = createReporter({
    config: Config.parse({ reporting: { endpoint: server.url, mode } }).reporting,
    outbox,
    context: { productVersion: '0.1.0', device: { uid: 'a1b2c3', hostname: 'lap-42', platform: 'linux' } },
    instanceId: 'bench',
    pseudonym: (name) => name,
    clock: { nowMs: () => Date.now() },
    random: Math.random,
    log: console,
    onHealth: (health) => {
      console.log(health);
    },
    env: {},
  });
  let longestBlockMs = 0;
  let last = performance.now();
  const probe = setInterval(() => {
    const now = performance.now();
    longestBlockMs = Math.max(longestBlockMs, now - last - 1);
    last = now;
  }, 1);
  const started = performance.now();
  await sender.run(stop.signal);
  const seconds = (performance.now() - started) / 1_000;
  clearInterval(probe);
  const bytes = server.received();
  server.close();
  return { seconds, bytes, longestBlockMs };
}

await plainJson();
const reference = await plainJson();
const measured = await reporter();
const rate = (seconds: number) => Math.round(count / seconds).toLocaleString('en-US');
console.log(`events                     ${count.toLocaleString('en-US')} (mode ${mode})`);
console.log(
  `reporter                   ${rate(measured.seconds)} events/s, ${(measured.bytes / count).toFixed(1)} bytes/event on the wire`,
);
console.log(
  `plain JSON POST            ${rate(reference.seconds)} events/s, ${(reference.bytes / count).toFixed(1)} bytes/event on the wire`,
);
console.log(
  `ratio reporter / plain     ${(reference.seconds / measured.seconds).toFixed(2)} in speed, ${(measured.bytes / reference.bytes).toFixed(2)} in bytes`,
);
console.log(`longest block of the loop  ${measured.longestBlockMs.toFixed(0)} ms`);
console.log(
  `events a day under 2 MB    ${Math.floor(2_000_000 / (measured.bytes / count)).toLocaleString('en-US')}`,
);
