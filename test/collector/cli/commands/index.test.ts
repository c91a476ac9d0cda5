import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addCommands, COMMAND_FILES } from '../../../../collector/cli/commands/index.ts';
import type { CliContext } from '../../../../collector/cli/context.ts';

const context = (): CliContext => {
  throw new Error('no command is run here');
};

async function added(words: readonly string[]): Promise<string[]> {
  const program = new Command('reeve');
  await addCommands(program, context, words);
  return program.commands.map((command) => command.name());
}

const ALL = COMMAND_FILES.flatMap(({ names }) => names);

describe('the files of commands', () => {
  it('each add the commands they name, and no other', async () => {
    for (const { names, add } of COMMAND_FILES) {
      const program = new Command('reeve');
      await add(program, context);
      expect(program.commands.map((command) => command.name()).toSorted()).toEqual(names.toSorted());
    }
    expect(new Set(ALL).size).toBe(ALL.length);
  });

  it('are loaded for the command that is asked for', async () => {
    expect(await added(['run', '--quiet'])).toEqual(['run']);
    expect(await added(['--state', 'scan', 'status', 'run'])).toEqual(['status', 'stop', 'doctor']);
    expect(await added(['--state=/tmp/x', 'top'])).toEqual(['top']);
  });

  it('are not needed to tell the version', async () => {
    for (const words of [['--version'], ['-V'], ['--state', 'run', '--version']])
      expect(await added(words)).toEqual([]);
    expect(await added(['run', '-V'])).toEqual(['run']);
  });

  it('are all there for help and for a mistake', async () => {
    for (const words of [[], ['--help'], ['help', 'run'], ['rum'], ['--state']])
      expect((await added(words)).toSorted()).toEqual(ALL.toSorted());
  });
});
