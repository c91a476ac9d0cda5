import { WITSY_LOGS } from '../../../../collector/agents/witsy/log.ts';
import { describeDocuments } from '../../../support/documents-suite.ts';

describeDocuments({
  formats: WITSY_LOGS,
  fixture: 'witsy/history',
  others: ['settings.json', 'workspaces/history.json', 'workspaces/w1/settings.json', 'images/history.json'],
});
