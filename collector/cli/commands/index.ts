import type { Command } from 'commander';
import type { CliContext } from '../context.ts';

type Context = () => CliContext;

interface CommandFile {
  /** Commands that the file adds, by their first word. */
  readonly names: readonly string[];
  readonly add: (program: Command, context: Context) => Promise<void>;
}

/**
 * All commands, in the order of the help. A file is loaded when one of its commands is asked for: the collector itself
 * would otherwise keep the reports, exports and pictures of all others in memory.
 */
export const COMMAND_FILES: readonly CommandFile[] = [
  {
    names: ['scan'],
    add: async (program, context) => {
      (await import('./scan.ts')).addScanCommand(program, context);
    },
  },
  {
    names: ['run'],
    add: async (program, context) => {
      (await import('./run.ts')).addRunCommand(program, context);
    },
  },
  {
    names: ['status', 'stop', 'doctor'],
    add: async (program, context) => {
      (await import('./service.ts')).addServiceCommands(program, context);
    },
  },
  {
    names: ['ui'],
    add: async (program, context) => {
      (await import('./ui.ts')).addUiCommand(program, context);
    },
  },
  {
    names: ['approvals', 'approve', 'deny'],
    add: async (program, context) => {
      (await import('./approvals.ts')).addApprovalCommands(program, context);
    },
  },
  {
    names: ['agents', 'mcp', 'credentials', 'sessions', 'findings'],
    add: async (program, context) => {
      (await import('./lists.ts')).addListCommands(program, context);
    },
  },
  {
    names: ['assets'],
    add: async (program, context) => {
      (await import('./assets.ts')).addAssetCommands(program, context);
    },
  },
  {
    names: ['events'],
    add: async (program, context) => {
      (await import('./events.ts')).addEventsCommand(program, context);
    },
  },
  {
    names: ['receive'],
    add: async (program) => {
      (await import('./receive.ts')).addReceiveCommand(program);
    },
  },
  {
    names: ['pause', 'resume', 'kill'],
    add: async (program, context) => {
      (await import('./actions.ts')).addActionCommands(program, context);
    },
  },
  {
    names: ['exec'],
    add: async (program, context) => {
      (await import('./exec.ts')).addExecCommand(program, context);
    },
  },
  {
    names: ['top'],
    add: async (program, context) => {
      (await import('./top.ts')).addTopCommand(program, context);
    },
  },
  {
    names: ['graph'],
    add: async (program, context) => {
      (await import('./graph.ts')).addGraphCommand(program, context);
    },
  },
  {
    names: ['privileges'],
    add: async (program, context) => {
      (await import('./privileges.ts')).addPrivilegesCommand(program, context);
    },
  },
  {
    names: ['rules'],
    add: async (program, context) => {
      (await import('./rules.ts')).addRulesCommand(program, context);
    },
  },
  {
    names: ['report'],
    add: async (program, context) => {
      (await import('./report.ts')).addReportCommand(program, context);
    },
  },
  {
    names: ['baseline'],
    add: async (program, context) => {
      (await import('./baseline.ts')).addBaselineCommand(program, context);
    },
  },
  {
    names: ['coverage'],
    add: async (program) => {
      (await import('./coverage.ts')).addCoverageCommand(program);
    },
  },
  {
    names: ['demo'],
    add: async (program, context) => {
      (await import('./demo.ts')).addDemoCommand(program, context);
    },
  },
];

/**
 * Adds the file of the command that `words` name, or, when they name none (help, a mistake), all files. The version is
 * told without any.
 */
export async function addCommands(
  program: Command,
  context: Context,
  words: readonly string[],
): Promise<void> {
  const word = firstWord(words);
  if (word === undefined && words.some((each) => each === '--version' || each === '-V')) return;
  const named = COMMAND_FILES.find(({ names }) => names.includes(word ?? ''));
  // One after the other: they appear in the help as they were added.
  for (const { add } of named === undefined ? COMMAND_FILES : [named]) await add(program, context);
}

/** The first word that is neither an option of the program itself nor its value. */
function firstWord(words: readonly string[]): string | undefined {
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--state') at += 1;
    else if (!word.startsWith('-')) return word;
  }
  return undefined;
}
