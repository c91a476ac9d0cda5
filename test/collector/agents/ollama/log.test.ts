import { OLLAMA_LOGS } from '../../../../collector/agents/ollama/log.ts';
import { describeStore } from '../../../support/sqlite-suite.ts';

describeStore(OLLAMA_LOGS[0], 'ollama/store', 'db.sqlite');
