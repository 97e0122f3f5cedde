/** What Compose files say about building, in the words of a registered context; or why the typed build cannot do it. */
import { isDockerfilePath } from './dockerfile-path';
import { isWingmanError } from '../../errors';
import { EMPTY_REGISTRY } from '../registry';
import { build } from '../verbs/build';

export type DeclaredBuild = { readonly image: string; readonly path: string; readonly dockerfile: string } | { readonly refused: string };

type Service = Readonly<Record<string, unknown>>;
type Services = Readonly<Record<string, Service>>;

/**
 * The build of every service that has one. Later files go over earlier ones, key by key, as Compose reads them.
 *
 * @param files the services of each file in their order, as contracts/compose-file.ts has read them
 * @param dir absolute, what their paths are relative to
 */
export function declaredBuilds(files: readonly Services[], dir: string): Readonly<Record<string, DeclaredBuild>> {
  const partsOf = (name: string): readonly Service[] => files.flatMap((services) => (Object.hasOwn(services, name) ? [services[name] as Service] : []));
  const isBuilt = (name: string): boolean => partsOf(name).some((part) => part['build'] !== undefined);
  const basesOf = (name: string): readonly string[] => partsOf(name).flatMap((part) => baseOf(part['extends']));
  // Who extends a service that extends another may get a build from there.
  const mayInherit = (name: string): boolean => basesOf(name).some((base) => isBuilt(base) || basesOf(base).length > 0);
  const names = [...new Set(files.flatMap((services) => Object.keys(services)))];
  return Object.fromEntries(names.filter((name) => isBuilt(name) || mayInherit(name)).map((name) => [name, declaredBuild(partsOf(name), dir)]));
}

function baseOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null && 'service' in value && typeof value.service === 'string' ? [value.service] : [];
}

/** Keys of a service that decide too what is built, or when. */
const BESIDE = ['extends', 'platform', 'profiles'] as const;

function declaredBuild(parts: readonly Service[], dir: string): DeclaredBuild {
  const beside = BESIDE.find((key) => parts.some((part) => part[key] !== undefined));
  if (beside !== undefined) return { refused: `has ${beside} beside its build, which the typed build does not do; write the build out without it` };
  const whole: Record<string, unknown> = {};
  for (const { build: said } of parts) {
    if (said === undefined) continue;
    if (typeof said !== 'string' && (typeof said !== 'object' || said === null || Array.isArray(said))) return { refused: 'has a build that is neither a path nor a mapping' };
    Object.assign(whole, typeof said === 'string' ? { context: said } : said);
  }
  const other = Object.keys(whole).find((key) => key !== 'context' && key !== 'dockerfile');
  if (other !== undefined) return { refused: `has build.${other.slice(0, 100)}, which the typed build does not do; it takes context and dockerfile` };
  const image = parts.findLast((part) => part['image'] !== undefined)?.['image'];
  if (typeof image !== 'string') return { refused: 'has a build and no image; give it a name and a tag' };
  return plainBuild(image, whole['context'], whole['dockerfile'] ?? 'Dockerfile', dir);
}

/** Compose takes these for repositories, or for somebody's home. */
const ELSEWHERE = /^(?:[a-z][a-z0-9+.-]*:|git@|github\.com\/|~)/i;

function plainBuild(image: string, context: unknown, dockerfile: unknown, dir: string): DeclaredBuild {
  const variable = [image, context, dockerfile].find((text) => typeof text === 'string' && text.includes('$'));
  if (variable !== undefined) return { refused: `is built by what a variable says (${shown(variable)}); write the value out` };
  if (typeof context !== 'string' || !/^[\x20-\x7e]{1,1024}$/.test(context) || ELSEWHERE.test(context)) return { refused: `has a build context that is no directory here (${shown(context)})` };
  const file = typeof dockerfile === 'string' ? dockerfile.replace(/^(?:\.\/)+/, '') : '';
  if (!isDockerfilePath(file)) return { refused: `has a dockerfile that is no path inside its context (${shown(dockerfile)})` };
  const path = contextPath(context.startsWith('/') ? context : `${dir}/${context}`);
  try {
    // The grammar of `docker build` alone: which images are allowed is the policy's to say.
    const { image: whole } = build.parse(['-t', image, 'it'], { ...EMPTY_REGISTRY, build_contexts: { it: { path, dockerfile: file } } });
    return { image: whole, path, dockerfile: file };
  } catch (error) {
    if (!isWingmanError(error)) throw error;
    return { refused: `cannot be built: ${error.message}` };
  }
}

/** One spelling of an absolute path: `/srv/shop/./web/` is `/srv/shop/web`. By the text alone; links are the gateway's affair. */
export function contextPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

const shown = (value: unknown): string => (JSON.stringify(value) ?? 'none').slice(0, 100);
