import { z } from 'zod';
import { METHODS, NOTIFICATIONS } from '../../collector/contract/ipc.ts';
import { shapesOf } from './shapes-of.ts';

/**
 * Every answer and every notice of the contract. The build runs this file and writes what it made in its place
 * (`build/window.ts`): neither the schemas nor their library are in the page.
 */
export const SHAPES = shapesOf(
  z.object(Object.fromEntries(Object.entries(METHODS).map(([name, { result }]) => [name, result]))),
  z.object(NOTIFICATIONS),
);
