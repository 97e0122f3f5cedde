/** `wingman hook`: the pre-tool hook of coding agents, and its place in their settings. */
import type { Command } from 'commander';
import { distFile } from '../../../supervisor/package-root';
import { confirm } from '../ask';
import { commaList, examples, wholeNumber, type Cli } from '../cli';
import { CliFailure, EXIT } from '../exit';
import { DEFAULT_WAIT_SECONDS, LONGEST_WAIT_SECONDS } from '../hook/hook-arguments';
import { lineDiff, withHook, type HookEntry } from '../hook/hook-settings';
import { linkedSettings, readSettings, replaceSettings, settingsFile } from '../hook/settings-file';
import { runHook, SPARE_SECONDS } from '../hook/run-hook';
import { say } from '../output';

const DEFAULT_MATCHER = 'Bash|PowerShell|Monitor';
const SETTINGS_HELP = 'the agent’s settings; else ~/.claude/settings.json';

interface HookOptions {
  readonly wait?: number;
  readonly programs?: readonly string[];
}
interface EditOptions {
  readonly settings?: string;
  readonly print?: true;
  readonly yes?: true;
}

export function addHookCommand(program: Command, cli: Cli): void {
  const hook = program
    .command('hook')
    .description('the pre-tool hook of a coding agent: reads its call as JSON on stdin, and answers whether its shell may run it')
    .option('--wait <seconds>', `deny after this long without an end; else ${String(DEFAULT_WAIT_SECONDS)}`, wholeNumber(1, LONGEST_WAIT_SECONDS))
    .option('--programs <names>', 'further programs that only Wingman may run, with commas', commaList)
    .addHelpText('after', examples('wingman hook install', `echo '{"tool_name":"Bash","tool_input":{"command":"docker ps"}}' | wingman hook`) + '\n\nExit codes: 0 no decision; 2 denied (also said in JSON on stdout, and in words on stderr)')
    .action(async ({ wait = DEFAULT_WAIT_SECONDS, programs = [] }: HookOptions) => {
      // A standard input that never ends would keep the process, and the agent, waiting for ever.
      process.exit(await runHook({ waitSeconds: wait, programs, client: async () => cli.client('agent') }));
    });

  hook
    .command('install')
    .description('put it into the settings of a coding agent: shows the change, asks, and keeps a backup')
    .option('--settings <file>', SETTINGS_HELP)
    .option('--print', 'print what the file would be, and write nothing')
    .option('--yes', 'do not ask')
    .addHelpText('after', examples('wingman hook install', 'wingman hook install --settings .claude/settings.json --print', 'wingman hook install --wait 1800 --programs systemctl,kubectl --yes'))
    .action(async (_: EditOptions, command: Command) => {
      const options = command.optsWithGlobals<EditOptions & HookOptions>();
      await edit(cli, options, entryOf(options));
    });

  hook
    .command('remove')
    .description('take it out again; other hooks stay')
    .option('--settings <file>', SETTINGS_HELP)
    .option('--print', 'print what the file would be, and write nothing')
    .option('--yes', 'do not ask')
    .action(async (options: EditOptions) => edit(cli, options, null));
}

function entryOf({ wait = DEFAULT_WAIT_SECONDS, programs = [] }: HookOptions): HookEntry {
  const odd = programs.find((name) => !/^[\w.+-]{1,64}$/.test(name));
  if (odd !== undefined) throw new CliFailure(`${odd} is no name of a program: letters, digits, . _ + - alone, without its path`, EXIT.usage);
  const quoted = (path: string): string => `'${path.replaceAll("'", `'\\''`)}'`;
  const words = [quoted(process.execPath), quoted(distFile('clients', 'cli', 'main.js')), 'hook', '--wait', String(wait), ...(programs.length === 0 ? [] : ['--programs', programs.join(',')])];
  // Whatever it ends with that is not "no decision" denies: a clone that was moved away, a Node that is gone, a crash.
  return { matcher: DEFAULT_MATCHER, command: `${words.join(' ')} || exit 2`, timeout: wait + SPARE_SECONDS };
}

async function edit(cli: Cli, { settings, print, yes }: EditOptions, entry: HookEntry | null): Promise<void> {
  const file = settingsFile(process.env, settings);
  const before = readSettings(file);
  const after = changed(file, before, entry);
  if (print === true) {
    process.stdout.write(after);
    return;
  }
  if (after === (before ?? '')) {
    cli.print({ file, done: 'unchanged', backup: null }, () => `${file} is so already`);
    return;
  }
  const real = linkedSettings(file);
  say([`${file}${real === file ? '' : ` (a link to ${real})`}:`, ...lineDiff(before ?? '', after)].join('\n'));
  if (yes !== true && !(await confirm('Write this?'))) throw new CliFailure(process.stdin.isTTY ? 'nothing was changed' : 'nothing was changed: there is no terminal to ask on; say --yes');
  const backup = replaceSettings(file, before, after, new Date());
  cli.print({ file, done: 'written', backup }, () => `written ${file}${backup === null ? '' : `\nbefore  ${backup}`}`);
  if (entry !== null) say('The agent also needs WINGMAN_URL and WINGMAN_KEY, a key of kind agent, in its environment. Agents that run already have to be started again.');
}

function changed(file: string, before: string | null, entry: HookEntry | null): string {
  try {
    return withHook(before, entry);
  } catch (cause) {
    throw new CliFailure(`${file}: ${cause instanceof Error ? cause.message : String(cause)}. Nothing was changed.`, EXIT.usage, { cause });
  }
}
