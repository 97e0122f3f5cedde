/** What of a `docker run` nobody registered, in the order in which a reader weighs it. */
import { unregisteredVariables } from '../process-flags';
import { unregisteredImage } from '../read-names';
import type { Registry } from '../registry';
import type { Unregistered } from '../unregistered';
import type { RunArgs } from './body';
import { unregisteredPorts, unregisteredRestart } from './limits';
import { unregisteredMounts } from './mounts';

export function unregisteredRun(args: RunArgs, registry: Registry): readonly Unregistered[] {
  const option = (says: string, part: string): Unregistered => ({ kind: 'option', code: 'COMMAND_UNKNOWN_FLAG', says, part });
  const isOwn = args.network === 'bridge' || args.network === 'none' || registry.run_networks.includes(args.network);
  return [
    ...unregisteredImage(args.image, registry),
    ...unregisteredMounts(args.mounts, registry),
    ...(args.volumes_from ?? []).map(({ container }) => option(`it gets all that is mounted into container ${container}`, container)),
    ...unregisteredVariables(args.env),
    ...(args.env_files ?? []).map((path): Unregistered => ({ kind: 'env', code: 'COMMAND_UNKNOWN_FLAG', says: `its variables are what ${path} of the host says when it runs`, part: path })),
    ...(isOwn ? [] : [{ kind: 'network' as const, code: 'COMMAND_FLAG_VALUE' as const, says: `the network ${args.network} is not registered (run_networks)`, part: args.network }]),
    ...unregisteredPorts(args.ports),
    ...unregisteredRestart(args.restart),
    ...(args.links ?? []).map(({ container, alias }) => option(`linked to container ${container} as ${alias}`, container)),
    ...(args.dropped ?? []).map((name) => option(`without capability ${name}`, name)),
    ...(args.terminal === undefined ? [] : [option(args.detach ? 'it is kept waiting at a terminal where nobody is' : 'it was asked for with a terminal; it runs without one and with no input', '-t')]),
    ...(args.options ?? []).map(({ flag, says }) => option(says, flag)),
  ];
}
