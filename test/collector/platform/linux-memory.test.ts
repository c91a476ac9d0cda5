import { expect, it } from 'vitest';
import { z } from 'zod';
import { trimMemory } from '../../../collector/platform/linux-memory.ts';

const Report = z.object({ header: z.object({ glibcVersionRuntime: z.string().optional() }) });

it('trimMemory gives freed memory back where the C library is glibc, and does nothing elsewhere', async () => {
  const isGlibc = Report.parse(process.report.getReport()).header.glibcVersionRuntime !== undefined;
  // Small pieces come from the pools that are kept; large ones would go back by themselves.
  const pieces = Array.from({ length: 20_000 }, () => Buffer.allocUnsafeSlow(2_000).fill(1));
  for (const piece of pieces.splice(0)) structuredClone(piece.buffer, { transfer: [piece.buffer] });
  expect(await trimMemory()).toBe(isGlibc);
});
