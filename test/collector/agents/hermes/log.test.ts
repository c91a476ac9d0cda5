import { HERMES_LOGS } from '../../../../collector/agents/hermes/log.ts';
import { describeStore } from '../../../support/sqlite-suite.ts';

describeStore(HERMES_LOGS[0], 'hermes/store', 'state.db');
