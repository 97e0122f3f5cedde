/** A container to be, as its card says it: what is plain in few words, and every word of what is not. */
import type { Inventory } from '../action';
import { isImageNamed } from '../image-name';
import type { RunArgs } from './body';
import type { RunMount } from './mounts';

export function describeRun(args: RunArgs, inventory: Inventory | null): string {
  const missing = inventory !== null && !inventory.images.some((image) => isImageNamed(image, args.image) || image.id.replace(/^sha256:/, '').startsWith(args.image));
  const parts = [
    `${args.name === null ? 'a container' : `container ${args.name}`} of image ${args.image}${missing ? ' (not here: it is fetched)' : ''}`,
    args.argv.length === 0 ? 'its own command' : `command ${JSON.stringify(args.argv)}`,
    args.detach ? 'stays in the background' : 'until it ends',
    ...(args.rm ? ['removed afterwards'] : []),
    ...args.ports.map(
      (port) => `port ${port.host_ip}:${port.host_port === 0 ? 'any' : String(port.host_port)} to ${String(port.container_port)}/${port.protocol}`,
    ),
    ...args.mounts.map(describeMount),
    ...(args.volumes_from ?? []).map(({ container, readonly }) => `all that is mounted into container ${container}${readonly ? ', read-only' : ''}`),
    ...(args.links ?? []).map(({ container, alias }) => `linked to container ${container} as ${alias}`),
    ...(args.network === 'bridge' ? [] : [`network ${args.network}`]),
    ...(args.env.length === 0 ? [] : [`environment ${args.env.map(({ name, value, written }) => (written === undefined ? name : `${name}=${value}`)).join(', ')}`]),
    ...(args.env_files ?? []).map((path) => `variables of the HOST FILE ${path}, as it is when it runs`),
    ...(args.restarts === 0 ? [] : [`restarted after a failure up to ${String(args.restarts)} times`]),
    ...(args.restart === undefined ? [] : [`restarted ${args.restart}`]),
    ...(args.user === null ? [] : [`as user ${args.user}`]),
    ...(args.workdir === undefined ? [] : [`in directory ${args.workdir}`]),
    ...(args.pids === undefined ? [] : [`at most ${String(args.pids)} processes`]),
    ...(args.dropped === undefined ? [] : [`without capabilities ${args.dropped.join(', ')}`]),
    ...(args.options ?? []).map(({ says }) => says),
    ...(args.terminal === undefined ? [] : [args.detach ? 'kept waiting at a terminal where nobody is' : 'without a terminal and with no input']),
  ];
  return parts.join(', ');
}

function describeMount({ type, source, target, readonly }: RunMount): string {
  const what = type === 'bind' ? `HOST DIRECTORY ${source}` : type === 'tmpfs' ? 'a tmpfs' : source === '' ? 'an unnamed volume' : `volume ${source}`;
  return `${what} at ${target}${readonly ? ' read-only' : ''}`;
}
