import { CRUSH_LOGS } from '../../../../collector/agents/crush/log.ts';
import { describeStore } from '../../../support/sqlite-suite.ts';

describeStore(CRUSH_LOGS[0], 'crush/store', 'crush.db');
