import {
  type EngineCall,
  type EngineReply,
  type Inventory,
  type ResolvedTargets,
  type StepResult,
  type TargetRef,
  type VerbSpec,
  targetKey,
} from '../action';
import { refusal } from '../../errors';
import { inspectCall } from '../inspect-call';
import { mergeLogs } from '../output/merge-logs';
import { pullCall } from '../pull-call';
import { requiredId } from '../required-id';
import { createBody, type RunArgs } from '../run/body';
import { describeRun } from '../run/describe';
import { forbiddenHostPath } from '../run/host-path';
import { parseRun } from '../run/parse';
import { unregisteredRun } from '../run/unregistered-run';

export const run: VerbSpec<RunArgs> = {
  verb: 'run',
  spellings: [['run'], ['container', 'run']],
  summary: 'makes a container of an image and runs it; with --detach it stays',
  parse: parseRun,
  unregistered: unregisteredRun,
  /** What a container can write into a volume or a host directory it can also destroy. */
  reversibility: ({ mounts }) => (mounts.some(({ readonly }) => !readonly) ? 'DESTRUCTIVE' : 'REVERSIBLE'),
  targets: (args) => [imageOf(args), ...networksOf(args), ...volumesOf(args), ...othersOf(args)],
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

/** docker fetches an image and makes a volume that is missing. */
const imageOf = ({ image }: RunArgs): TargetRef => ({ kind: 'image', name: image, optional: true });
const networksOf = ({ network }: RunArgs): readonly TargetRef[] =>
  network === 'none' || network === 'bridge' ? [] : [{ kind: 'network', name: network }];
const volumesOf = ({ mounts }: RunArgs): readonly TargetRef[] =>
  mounts.filter(({ type, source }) => type === 'volume' && source !== '').map(({ source }) => ({ kind: 'volume', name: source, optional: true }));
const othersOf = ({ volumes_from = [], links = [] }: RunArgs): readonly TargetRef[] =>
  [...new Set([...volumes_from, ...links].map(({ container }) => container))].map((name) => ({ kind: 'container', name }));

/**
 * The container is made by the image's name, so that it can be recognised, and is what was approved only if the engine took
 * that name for the same image; it has not been started yet when that is looked at.
 */
export function* create(args: RunArgs, ids: ResolvedTargets): Generator<EngineCall, string, EngineReply> {
  const imageId = ids.get(targetKey(imageOf(args)));
  if (imageId === undefined) yield pullCall(args.image);
  const [network] = networksOf(args).map((target) => requiredId(ids, target));
  const from = (args.volumes_from ?? []).map((one) => ({ ...one, id: requiredId(ids, { kind: 'container', name: one.container }) }));
  for (const { id, container } of from) yield* refuseInherited(id, container);
  const body = createBody(args, {
    network: network ?? args.network,
    volumesFrom: from.map(({ id, readonly }) => (readonly ? `${id}:ro` : id)),
    links: (args.links ?? []).map(({ container, alias }) => `${requiredId(ids, { kind: 'container', name: container })}:${alias}`),
  });
  const query = args.name === null ? {} : { name: args.name };
  const files = args.env_files === undefined ? {} : { env_files: args.env_files };
  const created = yield { method: 'POST', path: '/containers/create', query, body, answer: 'json', expect: [201], ...files };
  const { Id: id } = created.json as { Id: string };
  const { json } = yield inspectCall('container', id);
  if (imageId !== undefined && (json as { Image?: unknown }).Image !== imageId) {
    yield remove(id);
    throw refusal('TARGET_CHANGED', `image ${args.image} is another one than was approved`, { target: args.image });
  }
  return id;
}

/** What may not be mounted may not be got from another container that has it. */
function* refuseInherited(id: string, container: string): Generator<EngineCall, void, EngineReply> {
  const { json } = yield inspectCall('container', id);
  const { Mounts: mounts } = json as { readonly Mounts?: readonly { readonly Type?: string; readonly Source?: string; readonly RW?: boolean }[] | null };
  for (const { Type, Source = '', RW } of mounts ?? []) {
    const why = Type === 'bind' ? forbiddenHostPath(Source, RW !== true) : null;
    if (why !== null) throw refusal('COMMAND_FLAG_VALUE', `--volumes-from ${container}: it has ${Source}, which ${why}`, { flag: '--volumes-from', part: container });
  }
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

function render(args: RunArgs, inventory: Inventory | null): string {
  return `runs ${describeRun(args, inventory)}`;
}
