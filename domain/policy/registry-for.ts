/** The registry as commands of one environment are read by: with the environment's word on what nobody registered. */
import type { Registry } from '../command/registry';
import { UNREGISTERED_KINDS, type UnregisteredModes } from '../command/unregistered-kinds';
import type { Policy } from './policy';
import { isProduction } from './risk';

/** `hasOwn`: the name is an agent's. An environment that is not there, or says nothing: production refuses, others ask. */
export function registryFor(policy: Policy, environment: string): Registry {
  const said = Object.hasOwn(policy.environments, environment) ? policy.environments[environment]?.unregistered : undefined;
  return { ...policy.registry, unregistered: said === undefined ? all(isProduction(environment, policy) ? 'refuse' : 'ask') : said };
}

const all = (mode: 'ask' | 'refuse'): UnregisteredModes => Object.fromEntries(UNREGISTERED_KINDS.map((kind) => [kind, mode]));
