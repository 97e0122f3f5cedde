/** The builds that a project's files say, for projects whose contexts nobody registered: each a `docker build` of a directory of the host. */
import { contextPath } from './declared-builds';
import { isDockerfilePath } from './dockerfile-path';
import { interpolate } from './interpolate';
import type { Action } from '../action';
import { refusal } from '../../errors';
import type { Json } from '../../text/canonical-json';
import { imageName } from '../read-names';
import { forbiddenHostPath } from '../run/host-path';

type Service = Readonly<Record<string, unknown>>;
export interface ProjectBuild {
  readonly service: string;
  readonly image: string;
  readonly action: Action;
}

/** Compose names what it builds after project and service where the file gives it no name. */
export const builtImage = (project: string, service: string): string => `${project}-${service}:latest`;

/**
 * @param files the services of each file in their order. @param only these services; empty: all
 * @throws WingmanError COMMAND_COMPOSE naming the service and what of its build is not done
 */
export function projectBuilds(files: readonly Readonly<Record<string, Service>>[], place: { readonly project: string; readonly dir: string; readonly variables: ReadonlyMap<string, string> }, only: readonly string[]): readonly ProjectBuild[] {
  const names = [...new Set(files.flatMap((services) => Object.keys(services)))].filter((name) => only.length === 0 || only.includes(name));
  return names.flatMap((service) => {
    const parts = files.flatMap((services) => (Object.hasOwn(services, service) ? [services[service] as Service] : []));
    const said = parts.map(({ build }) => build).filter((build) => build !== undefined);
    if (said.length === 0) return [];
    const whole = Object.assign({}, ...said.map((build) => (typeof build === 'string' ? { context: build } : build))) as Readonly<Record<string, unknown>>;
    const image = parts.findLast((part) => typeof part['image'] === 'string')?.['image'];
    return [toBuild(service, whole, typeof image === 'string' ? interpolate(image, place.variables) : builtImage(place.project, service), place)];
  });
}

const KNOWN = ['context', 'dockerfile', 'args', 'target', 'labels', 'pull', 'no_cache', 'tags', 'cache_from', 'cache_to', 'platforms', 'network', 'shm_size'];

function toBuild(service: string, build: Readonly<Record<string, unknown>>, image: string, { dir, variables }: { readonly dir: string; readonly variables: ReadonlyMap<string, string> }): ProjectBuild {
  const refused = (why: string) => refusal('COMMAND_COMPOSE', `service ${service} ${why}`, { part: service });
  const other = Object.keys(build).find((key) => !KNOWN.includes(key) && !key.startsWith('x-'));
  if (other !== undefined) throw refused(`has build.${other}, which is not done`);
  const text = (key: string): string | null => (typeof build[key] === 'string' ? interpolate(build[key], variables) : null);
  const context = text('context') ?? '.';
  if (/^(?:[a-z][a-z0-9+.-]*:\/\/|git@|github\.com\/|~)/i.test(context)) throw refused(`is built from ${context}, which is no directory here`);
  if (text('network') === 'host') throw refused('is built with the network of the host; nobody may approve it');
  const path = contextPath(context.startsWith('/') ? context : `${dir}/${context}`);
  const why = forbiddenHostPath(path, true);
  if (why !== null) throw refused(`is built from ${path}, which ${why}; nobody may approve it`);
  const dockerfile = (text('dockerfile') ?? 'Dockerfile').replace(/^(?:\.\/)+/, '');
  if (!isDockerfilePath(dockerfile)) throw refused(`is built by ${dockerfile}, which is no path inside its context`);
  const build_args = argsOf(build['args'], variables);
  const target = text('target');
  const args: Json = { image: withTag(imageName(image)), context: path, dockerfile, ...(Object.keys(build_args).length === 0 ? {} : { build_args }), ...(target === null ? {} : { target }), network: true };
  return { service, image: withTag(image), action: { program: 'docker', verb: 'build', argv: ['docker', 'build', '-t', image, path], args } };
}

const withTag = (image: string): string => (image.lastIndexOf(':') > image.lastIndexOf('/') ? image : `${image}:latest`);

/** A mapping or a list; a name alone takes the variable of that name. */
function argsOf(value: unknown, variables: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const pairs: readonly (readonly [string, unknown])[] = Array.isArray(value)
    ? value.map((one: unknown) => {
        const text = String(one);
        const equals = text.indexOf('=');
        return equals < 0 ? ([text, null] as const) : ([text.slice(0, equals), text.slice(equals + 1)] as const);
      })
    : Object.entries((value ?? {}) as Readonly<Record<string, unknown>>);
  return Object.fromEntries(pairs.flatMap(([name, said]) => {
    const text = said === null ? variables.get(name) : interpolate(typeof said === 'string' ? said : JSON.stringify(said), variables);
    return text === undefined ? [] : [[name, text]];
  }));
}
