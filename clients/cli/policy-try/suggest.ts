/** From what was asked only because nobody registered it to the registry that would have it. What an operator must look at stays out. */
import { toRunArgs } from '../../../domain/command/run/to-run-args';
import type { Action } from '../../../domain/command/action';
import type { Judged } from './classify-line';

export interface Suggested {
  readonly images?: readonly string[];
  readonly exec?: Readonly<Record<string, readonly (readonly string[])[]>>;
  readonly run_env?: Readonly<Record<string, string>>;
  readonly run_networks?: readonly string[];
  readonly run_volumes?: readonly string[];
  readonly host_mounts?: readonly { readonly source: string; readonly readonly: boolean }[];
}

export function suggestRegistry(judged: readonly Judged[]): Suggested {
  const steps = judged.flatMap(({ assessments }) => assessments.flatMap(({ plan }) => plan?.steps ?? []));
  const parts = (kind: string): readonly string[] => [...new Set(steps.flatMap(({ unregistered = [] }) => unregistered.filter((one) => one.kind === kind).map(({ part }) => part)))].sort();
  const runs = steps.flatMap((step) => toRunArgs(step) ?? []);
  const mounts = new Map(runs.flatMap((args) => args.mounts).filter(({ type, source }) => type === 'bind' && parts('mount').includes(source)).map(({ source, readonly }) => [source, readonly]));
  const env = new Map(runs.flatMap((args) => args.env).map(({ name, value }) => [name, value]));
  const found: Suggested = {
    // A registered image has a tag: what `latest` is by then nobody can register.
    images: parts('image').map((image) => (/[:@][^/]+$/.test(image) ? image : `${image}:latest`)),
    exec: execOf(steps),
    run_env: Object.fromEntries(env),
    run_networks: parts('network'),
    run_volumes: parts('volume'),
    host_mounts: [...mounts].map(([source, readonly]) => ({ source, readonly })),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]: readonly [string, object]) => (Array.isArray(value) ? value.length > 0 : Object.keys(value).length > 0)));
}

function execOf(steps: readonly Action[]): Readonly<Record<string, readonly (readonly string[])[]>> {
  const found: Record<string, (readonly string[])[]> = {};
  for (const { verb, args, unregistered = [] } of steps) {
    if (verb !== 'exec' || !unregistered.some(({ kind }) => kind === 'exec') || typeof args !== 'object' || args === null || !('container' in args)) continue;
    const { container, argv } = args as { readonly container: string; readonly argv: readonly string[] };
    (found[container] ??= []).push(argv);
  }
  return found;
}
