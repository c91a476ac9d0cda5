import { GOOSE_LOGS } from '../../../../collector/agents/goose/log.ts';
import { describeStore } from '../../../support/sqlite-suite.ts';

describeStore(GOOSE_LOGS[0], 'goose/store', 'sessions.db');
