import {
  type EngineCall,
  type EngineReply,
  type ResolvedTargets,
  type StepResult,
  type TargetRef,
  type VerbSpec,
} from '../action';
import { refusal } from '../../errors';
import { inspectCall } from '../inspect-call';
import { mergeLogs } from '../output/merge-logs';
import { requiredId } from '../required-id';
import { createBody, type RunArgs } from '../run/body';
import { parseRun } from '../run/parse';

export const run: VerbSpec<RunArgs> = {
  verb: 'run',
  spellings: [['run'], ['container', 'run']],
  summary: 'makes a container of an allowed image and runs it; with --detach it stays',
  parse: parseRun,
  /** What a container can write into a volume or a host directory it can also destroy. */
  reversibility: ({ mounts }) => (mounts.some(({ readonly }) => !readonly) ? 'DESTRUCTIVE' : 'REVERSIBLE'),
  targets: (args) => [imageOf(args), ...networksOf(args), ...volumesOf(args)],
  creates: ({ name }) => (name === null ? [] : [{ kind: 'container', name }]),
  render,
  *run(args, ids): Generator<EngineCall, StepResult, EngineReply> {
    const id = yield* create(args, ids);
    try {
      yield { method: 'POST', path: `/containers/${id}/start`, answer: 'none', expect: [204] };
    } catch (error) {
      // Nothing has run, so nothing of it may stay: its name would be in the way of the next try.
      yield remove(id);
      throw error;
    }
    if (args.detach) return { exit_code: 0, output: `${id}\n` };
    return yield* waitForEnd(args, id);
  },
};

const imageOf = ({ image }: RunArgs): TargetRef => ({ kind: 'image', name: image });
const networksOf = ({ network }: RunArgs): readonly TargetRef[] =>
  network === 'none' || network === 'bridge' ? [] : [{ kind: 'network', name: network }];
const volumesOf = ({ mounts }: RunArgs): readonly TargetRef[] =>
  mounts.filter(({ type }) => type === 'volume').map(({ source }) => ({ kind: 'volume', name: source }));

/**
 * The container is made by the image's name, so that it can be recognised, and is what was approved only if the engine took
 * that name for the same image; it has not been started yet when that is looked at.
 */
function* create(args: RunArgs, ids: ResolvedTargets): Generator<EngineCall, string, EngineReply> {
  const imageId = requiredId(ids, imageOf(args));
  for (const volume of volumesOf(args)) requiredId(ids, volume);
  const [network] = networksOf(args).map((target) => requiredId(ids, target));
  const body = createBody(args, network ?? args.network);
  const query = args.name === null ? {} : { name: args.name };
  const created = yield { method: 'POST', path: '/containers/create', query, body, answer: 'json', expect: [201] };
  const { Id: id } = created.json as { Id: string };
  const { json } = yield inspectCall('container', id);
  if ((json as { Image?: unknown }).Image !== imageId) {
    yield remove(id);
    throw refusal('TARGET_CHANGED', `image ${args.image} is another one than was approved`, { target: args.image });
  }
  return id;
}

function* waitForEnd(args: RunArgs, id: string): Generator<EngineCall, StepResult, EngineReply> {
  let exitCode: number;
  try {
    const { json } = yield { method: 'POST', path: `/containers/${id}/wait`, answer: 'json', expect: [200] };
    exitCode = (json as { StatusCode: number }).StatusCode;
  } catch (error) {
    // The deadline: what runs in the foreground does not run on without it.
    yield args.rm
      ? remove(id)
      : { method: 'POST', path: `/containers/${id}/kill`, answer: 'none', expect: [204, 404, 409] };
    throw error;
  }
  const query = { stdout: true, stderr: true, timestamps: true };
  const { stdout = '', stderr = '' } = yield {
    method: 'GET',
    path: `/containers/${id}/logs`,
    query,
    answer: 'multiplexed',
    expect: [200],
  };
  if (args.rm) yield remove(id);
  return { exit_code: exitCode, output: mergeLogs(stdout, stderr, false) };
}

/** With the volumes that have no name. */
const remove = (id: string): EngineCall => ({
  method: 'DELETE',
  path: `/containers/${id}`,
  query: { force: true, v: true },
  answer: 'none',
  expect: [204, 404, 409],
});

function render(args: RunArgs): string {
  const parts = [
    `runs ${args.name === null ? 'a container' : `container ${args.name}`} of image ${args.image}`,
    args.argv.length === 0 ? 'its own command' : `command ${JSON.stringify(args.argv)}`,
    args.detach ? 'stays in the background' : 'until it ends',
    ...(args.rm ? ['removed afterwards'] : []),
    ...args.ports.map(
      (port) => `port ${port.host_ip}:${String(port.host_port)} to ${String(port.container_port)}/${port.protocol}`,
    ),
    ...args.mounts.map(
      (mount) =>
        `${mount.type === 'bind' ? 'HOST DIRECTORY' : 'volume'} ${mount.source} at ${mount.target}${mount.readonly ? ' read-only' : ''}`,
    ),
    ...(args.network === 'bridge' ? [] : [`network ${args.network}`]),
    ...(args.env.length === 0 ? [] : [`environment ${args.env.map(({ name }) => name).join(', ')}`]),
    ...(args.restarts === 0 ? [] : [`restarted after a failure up to ${String(args.restarts)} times`]),
    ...(args.user === null ? [] : [`as user ${args.user}`]),
    ...(args.workdir === undefined ? [] : [`in directory ${args.workdir}`]),
    ...(args.pids === undefined ? [] : [`at most ${String(args.pids)} processes`]),
  ];
  return parts.join(', ');
}
