import { WARP_LOGS } from '../../../../collector/agents/warp/log.ts';
import { describeStore } from '../../../support/sqlite-suite.ts';

describeStore(WARP_LOGS[0], 'warp/store', 'warp.sqlite');
