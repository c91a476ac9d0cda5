import type { ActionId } from '../contract/action.ts';
import type { ControlAction } from './action.ts';
import { kill } from './kill.ts';
import { pause } from './pause.ts';
import { resume } from './resume.ts';

/** Everything that can be done to the machine. */
export const ACTIONS: Readonly<Record<ActionId, ControlAction>> = { pause, resume, kill };
