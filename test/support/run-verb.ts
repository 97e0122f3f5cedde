import type { ResolvedTargets, StepResult, VerbSpec } from '../../domain/command/action';
import { targetKey } from '../../domain/command/action';
import type { WingmanError } from '../../domain/errors';
import { EMPTY_REGISTRY, type Registry } from '../../domain/command/registry';
import { requireAskable } from '../../domain/command/unregistered';
import { resolveTarget } from '../../gateway/engine-inventory';
import { packBuildContext } from '../../gateway/build-context';
import { runEngineCalls } from '../../gateway/run-engine-calls';
import type { DockerWorld } from './docker-world';

export const registryWith = (registered: Partial<Registry>): Registry => ({ ...EMPTY_REGISTRY, ...registered });

/** Parses the words, resolves the targets and runs the verb on the real engine, as the gateway does. */
export async function runVerb<A>(
  world: DockerWorld,
  verb: VerbSpec<A>,
  words: readonly string[],
  registry: Registry = EMPTY_REGISTRY,
  signal: AbortSignal = AbortSignal.timeout(30_000),
): Promise<StepResult> {
  const args = verb.parse(words, registry);
  return runEngineCalls(world.engine, verb.run(args, await resolveAll(world, verb, args)), {
    signal,
    maxOutputBytes: 100_000,
    buildContext: (name, dockerfile) => {
      if (name.startsWith('/')) return packBuildContext({ path: name, dockerfile });
      const context = registry.build_contexts[name];
      if (context === undefined) throw new TypeError(`not registered: ${name}`);
      return packBuildContext(context);
    },
  });
}

async function resolveAll<A>(world: DockerWorld, verb: VerbSpec<A>, args: A): Promise<ResolvedTargets> {
  const resolved = new Map<string, string>();
  for (const target of verb.targets(args)) {
    const found = await resolveTarget(world.engine, target);
    if (found !== null) resolved.set(targetKey(target), found.id);
  }
  return resolved;
}

/** Parses the words under a policy that refuses what nobody registered. */
export function readVerb<A>(verb: VerbSpec<A>, words: readonly string[], registry: Registry): A {
  const args = verb.parse(words, registry);
  requireAskable(verb.unregistered?.(args, registry) ?? [], registry);
  return args;
}

/** The code that a refused parse has. */
export function refusedCode(parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    return (error as WingmanError).code;
  }
  return 'accepted';
}
