import { AMAZON_Q_LOGS } from '../../../../collector/agents/amazon-q/log.ts';
import { describeStore } from '../../../support/sqlite-suite.ts';

describeStore(AMAZON_Q_LOGS[0], 'amazon-q/history', 'data.sqlite3');
