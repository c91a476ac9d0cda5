import { ZED_LOGS } from '../../../../collector/agents/zed/log.ts';
import { describeStore } from '../../../support/sqlite-suite.ts';

describeStore(ZED_LOGS[0], 'zed/threads', 'threads.db');
