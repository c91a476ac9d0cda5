import { JETBRAINS_AI_LOGS } from '../../../../collector/agents/jetbrains-ai/log.ts';
import { describeLog } from '../../../support/log-suite.ts';

describeLog({
  format: JETBRAINS_AI_LOGS[0],
  fixture: 'jetbrains-ai/events',
  path: 'IntelliJIdea2026.2/aia-task-history/u1.events',
  others: [
    'IntelliJIdea2026.2/aia-task-history/u1.usage',
    'IntelliJIdea2026.2/workspace/u1.events',
    'IntelliJIdea2026.2/workspace/x.xml',
  ],
  // A line has no id.
  named: 'by-place',
});
