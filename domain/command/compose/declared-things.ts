/** The things that a Compose action touches: those that its files declare, and those of its project that are there already. */
import type { Action, ContainerFacts, Inventory, TargetRef } from '../action';
import type { ComposeProject, Registry } from '../registry';
import { toComposeArgs, type ComposeArgs } from './compose';

/** By their labels: what Compose itself goes by. */
export function projectContainers({ args }: Action, inventory: Inventory | null): readonly ContainerFacts[] {
  const asked = toComposeArgs(args);
  return (inventory?.containers ?? []).filter((one) => one.project === asked.project && meansService(asked, one.service ?? ''));
}

/** Names that the registered files give to what they make; for an older registration the names that Compose makes by itself. */
export function declaredThings({ args }: Action, { compose }: Registry): readonly TargetRef[] {
  const asked = toComposeArgs(args);
  const project = Object.hasOwn(compose, asked.project) ? compose[asked.project] : undefined;
  if (project === undefined) return [];
  return thingsOfProject(asked.project, project, project.services.filter((service) => meansService(asked, service)));
}

export function thingsOfProject(name: string, project: ComposeProject, services: readonly string[] = project.services): readonly TargetRef[] {
  return [
    ...services.flatMap((service) => containerNamesOf(name, service, project).map((one) => ({ kind: 'container', name: one }) as const)),
    ...(project.networks ?? [`${name}_default`]).map((one) => ({ kind: 'network', name: one }) as const),
    ...(project.volumes ?? []).map((one) => ({ kind: 'volume', name: one }) as const),
  ];
}

/** The service's own name as well: a rule for `db` means the service of that name. Both spellings, of Compose 1 and of today. */
function containerNamesOf(project: string, service: string, { container_names = {} }: ComposeProject): readonly string[] {
  const said = Object.hasOwn(container_names, service) ? container_names[service] : undefined;
  return said === undefined ? [`${project}-${service}-1`, `${project}_${service}_1`] : [said];
}

/** Whether a command reaches a service of its project: named, or none is, or `up`, which brings up what its services depend on. */
export const meansService = ({ verb, services, flags }: ComposeArgs, service: string): boolean =>
  services.length === 0 || services.includes(service) || (verb === 'up' && !flags.includes('--no-deps'));
