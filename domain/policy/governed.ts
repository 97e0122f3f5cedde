/** Which things of an engine an environment answers for. An engine may hold other people's things too; a change to those is no incident. */
import type { TargetKind } from '../command/action';
import { matchesGlob } from '../text/glob';

export interface Governed {
  /** Names, exact or with `*`. */
  readonly containers: readonly string[];
  /** References such as `shop/web:*`. */
  readonly images: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  /** `key=value`: containers that carry one of them, whatever they are called. */
  readonly labels: readonly string[];
}

export const NOTHING_GOVERNED: Governed = { containers: [], images: [], networks: [], volumes: [], labels: [] };

/** A policy that was stored before this field existed governs nothing. */
export function governedOf(policy: { readonly environments: Readonly<Record<string, { readonly governed?: Governed }>> }, environment: string): Governed {
  const found = Object.hasOwn(policy.environments, environment) ? policy.environments[environment] : undefined;
  return found?.governed ?? NOTHING_GOVERNED;
}

export const governsAnything = (governed: Governed): boolean => Object.values(governed).some((patterns: readonly string[]) => patterns.length > 0);

/** Volumes that nobody named belong to a container and go with it. */
const UNNAMED_VOLUME = /^[0-9a-f]{64}$/;

/** @param names every name that the thing has or had a moment ago: a rename takes nothing out of anybody's sight */
export function isGoverned(governed: Governed, kind: TargetKind, names: readonly string[], labels: Readonly<Record<string, string>>): boolean {
  if (kind === 'volume' && names.every((name) => UNNAMED_VOLUME.test(name))) return false;
  const patterns = governed[`${kind}s`];
  if (names.some((name) => patterns.some((pattern) => matchesGlob(pattern, name)))) return true;
  return governed.labels.some((label) => {
    const at = label.indexOf('=');
    const key = label.slice(0, at);
    return Object.hasOwn(labels, key) && labels[key] === label.slice(at + 1);
  });
}
