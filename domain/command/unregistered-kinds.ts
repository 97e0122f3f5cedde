export const UNREGISTERED_KINDS = ['image', 'exec', 'env', 'network', 'volume', 'mount', 'build', 'compose', 'option', 'following'] as const;

/**
 * `option`: a flag whose value no list could hold, such as a restart policy. `following`: a read without an end of its own, which is
 * cut after a while; it changes nothing, so nobody is asked for it.
 */
export type UnregisteredKind = (typeof UNREGISTERED_KINDS)[number];
export type UnregisteredMode = 'ask' | 'refuse';
export type UnregisteredModes = Readonly<Partial<Record<UnregisteredKind, UnregisteredMode>>>;
