import { join } from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../../config.ts';
import type { Credential } from '../../contract/agent.ts';
import type { CheckResult } from '../../contract/credential-check.ts';
import { checkOnRecord } from '../../credential-check.ts';
import { createFingerprint, openFingerprintKey } from '../../lib/fingerprint.ts';
import { isReporting } from '../../reporting.ts';
import { recordActionInFile } from '../../store/audit.ts';
import { type CliContext, CommandError, EXIT, openReader, print, printJson } from '../context.ts';
import { plain } from '../words.ts';

/** `reeve credentials check ID`: whose is it, and what may it do? */
export function addCredentialCheck(credentials: Command, context: () => CliContext): void {
  credentials
    .command('check')
    .argument('<id>', 'id of a credential as `reeve credentials` prints it, or its beginning')
    .description('ask the provider of one credential whose it is and what it may do')
    .option('--yes', 'send the value to its provider; without it, only say where it would go')
    .option('--host <name>', 'the host it belongs to, for providers that people also run themselves')
    .option('--json', 'print JSON')
    .action(async (id: string, _options: object, command: Command) => {
      const { yes, host, json } = command.optsWithGlobals<{ yes?: true; host?: string; json?: true }>();
      const reader = await openReader(context());
      try {
        const credential = find(await reader.call('credentials.list', {}), id);
        const asked = { confirmed: yes === true, ...(host !== undefined && { host }) };
        const result =
          reader.client === undefined
            ? await checkDirectly(context(), credential, asked)
            : await reader.client.call('credentials.check', { id: credential.id, ...asked, via: 'cli' });
        if (json === true) printJson({ id: credential.id, credentialKind: credential.kind, ...result });
        else print(plain(sentence(credential, result)));
        if (result.kind === 'refused') process.exitCode = EXIT.failed;
      } finally {
        reader.close();
      }
    });
}

/** Without a collector; written down all the same, and not done when that cannot be. @throws StoreError */
async function checkDirectly(
  { platform, paths }: CliContext,
  credential: Credential,
  asked: { readonly confirmed: boolean; readonly host?: string },
): Promise<CheckResult> {
  const { policyFile, configDir } = platform.folders;
  const config = loadConfig(policyFile, join(configDir, 'config.json'));
  const { name, uid } = platform.readIdentity();
  return checkOnRecord(
    credential,
    {
      ...asked,
      fingerprint: createFingerprint(await openFingerprintKey(paths.fingerprintKey)),
      allowed: config.credentials.allowChecks,
    },
    (result) => {
      recordActionInFile(
        paths.store,
        {
          timeMs: Date.now(),
          actor: { user: name, via: 'cli', ...(uid !== undefined && { uid }) },
          action: 'credential.check',
          target: { kind: 'credential', id: credential.id },
          result,
        },
        () => isReporting(config),
      );
    },
  );
}

function find(credentials: readonly Credential[], wanted: string): Credential {
  const fitting = credentials.filter(({ id }) => id.startsWith(wanted));
  const [only, another] = fitting;
  if (only === undefined)
    throw new CommandError(`No credential ${wanted}. \`reeve credentials\` lists the ids.`);
  if (another !== undefined && only.id !== wanted)
    throw new CommandError(`Several begin with ${wanted}. Type more of it.`);
  return only;
}

function sentence(credential: Credential, result: CheckResult): string {
  switch (result.kind) {
    case 'refused':
      return `Not checked: ${result.reason}.`;
    case 'would-ask':
      return `Would send this ${credential.kind} (${credential.location.path}) to ${result.url}. The provider notes it in its log. Add --yes to do it.`;
    case 'answer': {
      const { state, principal, scopes, expiresMs, detail } = result.answer;
      const facts = [
        {
          live: 'It works.',
          dead: 'It does not work any more.',
          unknown: 'It is not known whether it works.',
        }[state],
        ...(principal === undefined ? [] : [`It is of ${principal}.`]),
        ...(scopes === undefined ? [] : [`It may: ${scopes.join(', ')}.`]),
        ...(expiresMs === undefined ? [] : [`It ends ${new Date(expiresMs).toISOString()}.`]),
        ...(detail === undefined ? [] : [`(${detail})`]),
      ];
      return `${result.provider}: ${facts.join(' ')}`;
    }
  }
}
