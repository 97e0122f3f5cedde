/**
 * Whether a word is the name of a thing or a description of one. "The web container" may be `shop-web-1`: what was only described is never
 * missing, so that nobody is accused over a thing that has another name.
 */
import { DEBIAN_PROGRAM } from './debian-programs';
import type { ClaimWorld, Described } from '../claim';
import type { SubjectKind } from '../predicates';

/** What people call the things of a system by. Behind "container" or "service" they may still be names, but nobody can tell. */
const ROLES = new Set(
  ('web webserver website site app application api apis backend back frontend front ui database db sql cache caching queue broker worker workers job jobs scheduler ' +
    'proxy gateway router loadbalancer balancer server client main primary secondary replica master slave core base auth login user users admin monitoring metrics ' +
    'logging log logs search mail email background foreground test tests testing dev prod production staging build builder ci runner agent service services process ' +
    'demo example sample default local remote shared internal external public private old new first second other another same whole entire single ' +
    'python node java ruby go rust php git bash shell docker postgres postgresql mysql redis mongo nginx apache celery express flask django react vue spring ' +
    'shop store blog payment payments order orders customer customers product products notification notifications data storage file files network').split(' '),
);

export interface Grounded {
  readonly name: string;
  readonly described?: Described;
}

export interface Written {
  readonly kind: SubjectKind;
  readonly name: string;
  readonly isQuoted: boolean;
  /** "container web", not "the web container". */
  readonly isAfterKind: boolean;
  /** Many are named at once, or it is "named", "called": then these are names. */
  readonly isNamed: boolean;
}

export function ground(written: Written, world: ClaimWorld): Grounded {
  const { kind, name } = written;
  const known = knownNames(kind, world);
  if (known.includes(name)) return { name };
  const composed = kind === 'container' ? containerOfService(name.toLowerCase(), world) : undefined;
  if (composed !== undefined) return { name: composed };
  const lower = name.toLowerCase();
  const folded = known.filter((one) => one.toLowerCase() === lower);
  if (folded.length === 1 && folded[0] !== undefined) return { name: folded[0] };
  const alias = kind === 'container' ? aliasOf(world, lower) : undefined;
  if (alias !== undefined) return { name: alias, described: 'part' };
  if (kind === 'package' && DEBIAN_PROGRAM.test(name)) return { name };
  // A service may be systemd's or Compose's: in quotes, a word of the trade is still no name that one of the two must know.
  const mayBeRole = kind === 'service' && ROLES.has(lower);
  if ((written.isQuoted || written.isNamed) && !mayBeRole && !(kind === 'image' && !/[:@]/.test(name))) return { name };
  // All in capitals: the sentence shouts, and the name may be in small letters.
  const shouts = name !== lower && name === name.toUpperCase();
  // `mailpit` may be `axllent/mailpit:v1.20`: an image without its tag is known by a part of its name.
  if (kind === 'image' && !/[:@]/.test(name)) return { name, described: 'word' };
  if (/[-_.\d:/@+]/.test(name)) return shouts ? { name: lower, described: 'word' } : { name };
  const parts = known.filter((one) => one.toLowerCase().split(/[-_.]/).includes(lower));
  if (parts.length === 1 && parts[0] !== undefined) return { name: parts[0], described: 'part' };
  if (parts.length > 1 || shouts || ROLES.has(lower) || !written.isAfterKind) return { name, described: 'word' };
  return { name };
}

function knownNames(kind: SubjectKind, { registered }: ClaimWorld): readonly string[] {
  if (kind === 'container') return registered?.containers ?? [];
  if (kind === 'service') return registered?.services ?? [];
  return kind === 'process' ? (registered?.processes ?? []) : [];
}

/** The container of a Compose service: the engine's own labels say so, and no guess is in it. */
export function containerOfService(name: string, { registered }: ClaimWorld): string | undefined {
  const compose = registered?.compose;
  return compose !== undefined && Object.hasOwn(compose, name) ? compose[name] : undefined;
}

function aliasOf({ registered }: ClaimWorld, lower: string): string | undefined {
  const aliases = registered?.aliases;
  return aliases !== undefined && Object.hasOwn(aliases, lower) ? aliases[lower] : undefined;
}
