/**
 * `docker compose build` as the builds that it stands for. A service is built by the very action that `docker build -t <its image>
 * <registered context>` is, so that whatever holds for that one (allowed images, registered contexts, rules of the policy) holds here.
 */
import type { Action } from '../action';
import type { Json } from '../../text/canonical-json';
import { contextPath, type DeclaredBuild } from './declared-builds';
import { refusal } from '../../errors';
import type { ComposeProject, Registry } from '../registry';
import { requireAskable } from '../unregistered';
import { build } from '../verbs/build';

/** One image to build. */
export type ServiceBuild = {
  /** More than one where they share image and context: it is built once. */
  readonly services: readonly string[];
  readonly image: string;
  /** Name of a registered build context. */
  readonly context: string;
  readonly dockerfile: string;
};

const INSPECT = '`wingman compose inspect` shows the entry';

/**
 * What to build, in the order in which the services are registered.
 *
 * @param words services; none: all that have a build
 * @throws WingmanError COMMAND_COMPOSE naming the service, and what `docker build` throws of its image and context
 */
export function serviceBuilds(project: ComposeProject, words: readonly string[], registry: Registry): readonly ServiceBuild[] {
  const builds = project.builds ?? {};
  const unbuilt = words.find((word) => !Object.hasOwn(builds, word));
  if (unbuilt !== undefined) throw refused(unbuilt, `has no registered build; ${INSPECT}`);
  const found: ServiceBuild[] = [];
  for (const service of project.services) {
    const one = Object.hasOwn(builds, service) ? builds[service] : undefined;
    if (one === undefined || (words.length > 0 && !words.includes(service))) continue;
    if ('refused' in one) throw refused(service, one.refused);
    const args = build.parse(['-t', one.image, one.context], registry);
    // What an operator registered is built unasked or not at all.
    requireAskable(build.unregistered?.(args, registry) ?? [], { ...registry, unregistered: {} });
    const { image, context, dockerfile } = args;
    const at = found.findIndex((other) => other.image === image);
    const same = found[at];
    if (same === undefined) found.push({ services: [service], image, context, dockerfile });
    else if (same.context === context) found[at] = { ...same, services: [...same.services, service] };
    else throw refused(service, `is built as ${image}, and so is ${same.services.join(', ')} from another context: one would overwrite the other`);
  }
  if (found.length === 0) throw refusal('COMMAND_COMPOSE', `no service of this project has a registered build; ${INSPECT}`, { part: 'build' });
  return found;
}

/** The Docker actions that a Compose action is carried out as; none for all verbs but `build`. */
export function buildActions(action: Action): readonly Action[] {
  return action.program === 'compose' ? buildsOf(action.args).map(toBuildAction) : [];
}

/** Of the arguments of a compose action, which `parseCompose` made. */
export function buildsOf(args: Json): readonly ServiceBuild[] {
  return args !== null && typeof args === 'object' && 'builds' in args ? (args.builds as readonly ServiceBuild[]) : [];
}

function toBuildAction({ image, context, dockerfile }: ServiceBuild): Action {
  return { program: 'docker', verb: build.verb, argv: ['docker', 'build', '-t', image, context], args: { image, context, dockerfile } };
}

/**
 * What was approved is what the files say that are here now.
 *
 * @param services as asked for; none: every service that the files build has to be registered
 * @throws WingmanError COMMAND_COMPOSE with service and reason
 */
export function requireDeclared(builds: readonly ServiceBuild[], services: readonly string[], declared: Readonly<Record<string, DeclaredBuild>>, registry: Registry): void {
  const planned = new Map(builds.flatMap((one) => one.services.map((service) => [service, one] as const)));
  const loose = services.length > 0 ? undefined : Object.keys(declared).find((service) => !planned.has(service));
  if (loose !== undefined) throw refused(loose, 'has a build that is not registered; register the project again');
  for (const [service, { image, context, dockerfile }] of planned) {
    const said = Object.hasOwn(declared, service) ? declared[service] : undefined;
    if (said === undefined) throw refused(service, 'has no build in the files of this command; register the project again');
    if ('refused' in said) throw refused(service, said.refused);
    if (said.image !== image) throw refused(service, `is image ${said.image} in its files and ${image} in the registry; register the project again`);
    const path = Object.hasOwn(registry.build_contexts, context) ? registry.build_contexts[context]?.path : undefined;
    if (path === undefined || contextPath(path) !== said.path) throw refused(service, `is built from ${said.path} in its files, and the context ${context} is ${path ?? 'not registered'}`);
    if (said.dockerfile !== dockerfile) throw refused(service, `is built by ${said.dockerfile} in its files, and the context ${context} is registered with ${dockerfile}`);
  }
}

const refused = (service: string, why: string) => refusal('COMMAND_COMPOSE', `service ${service} ${why}`, { part: service.slice(0, 100) });
