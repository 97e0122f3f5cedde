/** keys: those that people and agents show the API, and those that Wingman's own processes sign with. */
import { join } from 'node:path';
import { Argument, type Command } from 'commander';
import { KEY_PURPOSES, type KeyPurpose } from '../../../security/keys/keyset';
import { createKeyFiles } from '../../../security/keys/files';
import { rotateKey } from '../../../security/keys/rotate';
import { dataDirectory } from '../../../supervisor/settings';
import type { KeyKindShape, NewKey } from '../../sdk/shapes';
import { canAsk, confirm } from '../ask';
import { commaList, examples, type Cli } from '../cli';
import { CliFailure } from '../exit';
import { say, table } from '../output';

interface IssueOptions {
  readonly subject?: string;
  readonly workers?: readonly string[];
  readonly prefixes?: readonly string[];
  readonly envs?: readonly string[];
  readonly owner?: string;
}

const KINDS: readonly KeyKindShape[] = ['agent', 'reviewer', 'operator', 'delegate'];
const keysDirectory = (): string => join(dataDirectory(process.env), 'keys');

export function addKeysCommand(program: Command, cli: Cli): void {
  const keys = program.command('keys').description('API keys of people and agents; signing keys of this installation');
  addApiKeyCommands(keys, cli);
  addSigningKeyCommands(keys, cli);
}

function addApiKeyCommands(keys: Command, cli: Cli): void {
  keys
    .command('list')
    .description('API keys, without their secrets')
    .action(async () =>
      cli.print((await cli.client('operator').keys()).keys, (rows, style) =>
        table(style, ['KEY', 'KIND', 'SUBJECT', 'WORKERS', 'ENVIRONMENTS', 'OWNER', 'REVOKED'], rows.map((row) => [row.key_id, row.kind, row.subject, [...row.worker_ids, ...row.worker_prefixes.map((prefix) => `${prefix}*`)], row.environments, row.owner, row.revoked_at])),
      ),
    );
  keys
    .command('issue')
    .description('make an API key; it is shown this once')
    .addArgument(new Argument('<kind>', 'whom it is for').choices(KINDS))
    .option('--subject <name>', 'whose it is (all kinds but agent)')
    .option('--workers <ids>', 'worker ids, with commas', commaList)
    .option('--prefixes <texts>', 'beginnings of worker ids, with commas', commaList)
    .option('--envs <names>', 'environments, with commas', commaList)
    .option('--owner <reviewer>', 'who answers for the agent')
    .addHelpText('after', examples('wingman keys issue agent --workers deployer --envs dev,test --owner alice', 'wingman keys issue reviewer --subject alice', 'WINGMAN_KEY=$(wingman keys issue operator --subject bob)'))
    .action(async (kind: KeyKindShape, options: IssueOptions) => {
      cli.print(await cli.client('operator').createKey(toNewKey(kind, options)), ({ key }) => key);
      say('keep it now: only its hash is stored');
    });
  keys
    .command('revoke')
    .description('revoke an API key at once; with --signing a signing key')
    .argument('<key_id>', 'of `wingman keys list`; with --signing the kid of a signing key')
    .option('--signing', 'refuse every token and decision that this signing key made, at once and without a restart')
    .addHelpText('after', examples('wingman keys revoke 0f3a9bd0c1e2', 'wingman keys revoke --signing X2b…'))
    .action(async (id: string, { signing }: { signing?: true }) => {
      const client = cli.client('operator');
      if (signing === true) cli.print(await client.revokeSigningKey(id), ({ kid }) => `revoked signing key ${kid}; replace it with \`wingman keys rotate\``);
      else cli.print(await client.revokeKey(id), ({ key_id }) => `revoked ${key_id}`);
    });
}

function addSigningKeyCommands(keys: Command, cli: Cli): void {
  keys
    .command('create')
    .description('make the signing keys of this installation that are missing, in its data directory; leaves what is there')
    .action(async () => {
      await createKeyFiles(keysDirectory());
      cli.print({ directory: keysDirectory() }, ({ directory }) => `the keys in ${directory} are complete`);
    });
  keys
    .command('rotate')
    .description('make a new signing key the current one, in the data directory (docs/keys.md)')
    .addArgument(new Argument('<purpose>', 'what it is for').choices([...KEY_PURPOSES, 'codec']))
    .option('--revoke-old', 'never believe the old one again: for a key that may be in other hands')
    .option('--yes', 'do not ask')
    .addHelpText('after', examples('wingman keys rotate mint', 'wingman keys rotate attestation --revoke-old'))
    .action(async (purpose: KeyPurpose | 'codec', { revokeOld, yes }: { revokeOld?: true; yes?: true }) => {
      if (revokeOld === true && yes !== true) await requireConsent(purpose);
      const rotation = await rotateKey(keysDirectory(), purpose, { revokeOld: revokeOld === true });
      cli.print({ purpose, ...rotation }, ({ kid, restart }) => `new ${purpose} key ${kid}\nrestart, in this order: ${restart.join(', ')}`);
      say('with `npm start` or `wingman up`: stop it with Ctrl-C and start it again');
    });
}

async function requireConsent(purpose: string): Promise<void> {
  if (await confirm(`Everything that the old ${purpose} key made is refused from the restart on. Revoke it?`)) return;
  throw new CliFailure(canAsk() ? 'nothing was changed' : 'nothing was changed: there is no terminal to ask on; say --yes');
}

function toNewKey(kind: KeyKindShape, { subject, workers, prefixes, envs, owner }: IssueOptions): NewKey {
  return {
    kind,
    ...(subject === undefined ? {} : { subject }),
    ...(workers === undefined ? {} : { worker_ids: workers }),
    ...(prefixes === undefined ? {} : { worker_prefixes: prefixes }),
    ...(envs === undefined ? {} : { environments: envs }),
    ...(owner === undefined ? {} : { owner }),
  };
}
