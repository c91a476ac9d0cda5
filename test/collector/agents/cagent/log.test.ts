import { CAGENT_LOGS } from '../../../../collector/agents/cagent/log.ts';
import { describeStore } from '../../../support/sqlite-suite.ts';

describeStore(CAGENT_LOGS[0], 'cagent/store', 'session.db');
