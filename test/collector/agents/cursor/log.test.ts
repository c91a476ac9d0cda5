import { CURSOR_LOGS } from '../../../../collector/agents/cursor/log.ts';
import { describeLog } from '../../../support/log-suite.ts';

const [format] = CURSOR_LOGS;
const ID = '0199dddd-0000-7000-8000-000000000001';
const FOLDER = `home-ana-src-shop/agent-transcripts/${ID}`;
const others = [`${FOLDER}/${ID}.txt`, 'home-ana-src-shop/agent-tools/a.jsonl'];

// Lines are known by their place: a file that lost its beginning is another file.
const head = 1_000;
describeLog({ format, fixture: 'cursor/transcript', path: `${FOLDER}/${ID}.jsonl`, others, head });
describeLog({ format, fixture: 'cursor/subagent', path: `${FOLDER}/subagents/child-1.jsonl`, others, head });
