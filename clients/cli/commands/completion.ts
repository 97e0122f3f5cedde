/** `wingman completion`: a script for the shell, and the hidden command that it asks. */
import { Argument, type Command } from 'commander';
import { candidates, type Lookup } from '../completion/candidates';
import { SCRIPTS, SHELLS, type Shell } from '../completion/scripts';
import { examples, type Cli } from '../cli';
import { EXIT } from '../exit';

/** Whoever waits for a tab waits for no server. */
const PATIENCE_MS = 1500;

export function addCompletionCommands(program: Command, cli: Cli): void {
  program
    .command('completion')
    .description('a script that has the shell complete commands, options and ids')
    .addArgument(new Argument('<shell>', 'which one').choices(SHELLS))
    .addHelpText(
      'after',
      examples(
        'wingman completion bash > ~/.local/share/bash-completion/completions/wingman',
        'wingman completion zsh > ~/.zfunc/_wingman      # with fpath=(~/.zfunc $fpath) before compinit in ~/.zshrc',
        'wingman completion fish > ~/.config/fish/completions/wingman.fish',
        'source <(wingman completion bash)               # for this shell alone',
      ),
    )
    .action((shell: Shell) => void process.stdout.write(SCRIPTS[shell]));

  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .action(async (words: readonly string[]) => {
      const offered = await candidates(program, words, lookUp(cli));
      // No name that an agent or a server chose is given to a shell unless it is a plain word.
      const text = offered.filter((one) => /^[A-Za-z0-9._@:/-]+$/.test(one)).map((one) => `${one}\n`).join('');
      // A server that does not answer must not keep the process.
      process.stdout.write(text, () => process.exit(EXIT.ok));
    });
}

/** By the command's words; everything else takes what no server knows. */
function sources(cli: Cli): Readonly<Record<string, () => Promise<readonly string[]>>> {
  const operator = () => cli.client('operator');
  const pending = async () => (await cli.client('reviewer').pending()).pending.map(({ request_id }) => request_id);
  const incidents = async () => (await operator().incidents()).alerts.map(({ incident_id }) => incident_id);
  const agents = async () => (await operator().agents()).agents.map(({ worker_id }) => worker_id);
  const recoveries = async () => (await cli.client('reviewer').recoveries()).runs.map(({ run_id }) => run_id);
  const reviewers = async () => (await operator().reviewers()).reviewers.map(({ reviewer }) => reviewer);
  const keys = async () => (await operator().keys()).keys.filter(({ revoked_at }) => revoked_at === null).map(({ key_id }) => key_id);
  const locks = async () => (await operator().locks()).locks.map(({ environment }) => environment);
  return {
    show: pending, approve: pending, reject: pending, cancel: pending, wait: pending,
    'incidents show': incidents, 'incidents ack': incidents, 'incidents resolve': incidents,
    quarantine: agents, release: agents,
    'dr show': recoveries, 'dr approve': recoveries, 'dr reject': recoveries, 'dr pause': recoveries, 'dr resume': recoveries, 'dr abort': recoveries, 'dr report': recoveries,
    'reviewers disable': reviewers, 'reviewers link': reviewers,
    'keys revoke': keys,
    unlock: locks,
  };
}

function lookUp(cli: Cli): Lookup {
  const known = sources(cli);
  return async (path) => {
    const ask = Object.hasOwn(known, path.join(' ')) ? known[path.join(' ')] : undefined;
    if (ask === undefined) return [];
    const late = new Promise<readonly string[]>((resolve) => setTimeout(() => resolve([]), PATIENCE_MS));
    // No server, no key, no right: nothing to offer, and nothing to say.
    return Promise.race([ask().catch(() => []), late]);
  };
}
