/** The names that no command may touch, by the kind of thing. The one place that says which of them hold for what. */
import type { TargetKind } from './action';
import { matchesGlob } from '../text/glob';
import type { Registry } from './registry';

/** @param names everything that the thing is called: one protected name is enough. Images have none. */
export function isProtectedName({ protected: patterns }: Registry, kind: TargetKind, names: readonly string[]): boolean {
  return patternsOf(patterns, kind).some((pattern) => names.some((name) => matchesGlob(pattern, name)));
}

function patternsOf(patterns: Registry['protected'], kind: TargetKind): readonly string[] {
  switch (kind) {
    case 'container':
      return patterns.containers;
    case 'network':
      return patterns.networks;
    case 'volume':
      return patterns.volumes;
    case 'image':
      return [];
  }
}
