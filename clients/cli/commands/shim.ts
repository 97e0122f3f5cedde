/** `wingman shim`: a `docker` for agents that goes through Wingman. */
import type { Command } from 'commander';
import { examples, type Cli } from '../cli';
import { say } from '../output';
import { firstOnPath, installShim, mayOpenSocket, removeShim, shimDirectory, type ShimChange } from '../shim/install-shim';

const DIR_HELP = 'where; else ~/.local/share/wingman/bin';

export function addShimCommand(program: Command, cli: Cli): void {
  const shim = program.command('shim').description('a `docker` for agents that sends what they type through Wingman');

  shim
    .command('install')
    .description('write the executable `docker`; nothing else is changed')
    .option('--dir <directory>', DIR_HELP)
    .addHelpText('after', examples('wingman shim install', 'wingman shim install --dir /home/agent/bin'))
    .action(({ dir }: { dir?: string }) => {
      const directory = shimDirectory(process.env, dir);
      const change = installShim(directory);
      cli.print(change, showChange);
      for (const line of advice(directory, change.file)) say(line);
    });

  shim
    .command('remove')
    .description('take it away again')
    .option('--dir <directory>', DIR_HELP)
    .action(({ dir }: { dir?: string }) => cli.print(removeShim(shimDirectory(process.env, dir)), showChange));
}

const showChange = ({ file, done }: ShimChange): string => (done === 'absent' ? `there is no shim at ${file}` : `${done} ${file}`);

/** What is still missing until an agent's docker is this one, and what it cannot do. */
function advice(directory: string, file: string): readonly string[] {
  const { PATH: path = '', WINGMAN_DOCKER_SOCKET: socket = '/var/run/docker.sock' } = process.env;
  const first = firstOnPath('docker', path);
  return [
    ...(first === file ? [] : [`In the agent's environment: export PATH="${directory}:$PATH"${first === null ? '' : ` (now it would find ${first})`}`]),
    'The agent also needs WINGMAN_URL and WINGMAN_KEY, a key of kind agent: wingman keys issue agent --workers agent-1',
    ...(mayOpenSocket(socket) ? [`This user can open ${socket}: an agent that runs as this user can go past the shim. Run it as a user who cannot.`] : []),
  ];
}
