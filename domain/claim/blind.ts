import type { Observation, Probe } from './claim';
import type { Facts } from './facts';

/**
 * Why a probe could not look. None of the texts repeats what was asked: an agent wrote that, and a message of ours is no place for it.
 * Whatever is not registered answers alike, whether it exists or not, so that claims are no way to search a host.
 */
export const BLIND_MESSAGES = {
  // what was asked
  PROBE_NOT_UNDERSTOOD: 'this is no probe that a prober knows; nothing was looked at',
  PROBES_TOO_MANY: 'a prober takes at most 64 probes at once; ask in parts',
  // what is registered
  PATH_NOT_REGISTERED: 'the path is not below a directory that is registered for this tenant, or is not written plainly; register the directory under `roots` in prober.yaml',
  PROCESS_NOT_REGISTERED: 'processes of this name are not visible; register it under `processes` in prober.yaml',
  PORT_NOT_REGISTERED: 'this port is not registered; register it under `ports` in prober.yaml',
  HTTP_NOT_REGISTERED: 'this address is not registered, or is not written plainly; register it under `http` in prober.yaml',
  SERVICE_NOT_REGISTERED: 'this service is not registered; register it under `services` in prober.yaml',
  PACKAGE_NOT_REGISTERED: 'this package is not registered; register it under `packages` in prober.yaml',
  COMMIT_NOT_REGISTERED: 'this repository is not registered; register it under `repositories` in prober.yaml',
  ROWS_NOT_REGISTERED: 'this table is not registered; register it under `databases` in prober.yaml',
  NOT_A_PROBER_MATTER: 'containers, images, networks, volumes and executions are not looked at by a prober; the gateway and the ledger know them',
  // what stood in the way
  ROOT_UNAVAILABLE: 'the registered directory itself is not there, is not a plain directory or is reached through a link; mount it, or write its real path in prober.yaml',
  PATH_THROUGH_LINK: 'the path is a symbolic link or leads through one; links are never followed',
  PATH_NOT_A_FILE: 'the path is neither a file nor a directory (a pipe, socket or device); it was not opened',
  PATH_UNREADABLE: 'the prober has no right to look there; give its user read access',
  PROCESS_INVISIBLE: 'the prober does not see all processes of this host (hidepid, or another account); run it where it does',
  HTTP_ADDRESS_REFUSED: 'the name leads to a private, link-local or reserved address; if that is meant, set `private: true` at the target in prober.yaml',
  HTTP_NAME_UNRESOLVED: 'the name of the target could not be resolved; look at the DNS of the prober\'s host',
  HTTP_UNREACHABLE: 'the network of the prober\'s host does not reach the target; look at its routes',
  HTTP_TLS: 'the target\'s certificate could not be verified',
  PORT_UNREACHABLE: 'the network of the prober\'s host does not reach the address',
  SERVICE_NO_SUPERVISOR: 'this host is not run by systemd, and no other supervisor of services is known to the prober',
  PACKAGE_NO_DATABASE: 'this host has no dpkg database; other package managers are not known to the prober',
  COMMIT_AMBIGUOUS: 'more than one object begins like this; write the whole id',
  COMMIT_UNREADABLE: 'the repository could not be read as one (a linked work tree, borrowed objects, or a form that is not known)',
  ROWS_UNREADABLE: 'the rows could not be counted in a read-only transaction in time; see the prober\'s log',
  HOST_UNSUPPORTED: 'the prober needs Linux with /proc for this',
  // bounds
  PROBE_TIMED_OUT: 'the look took too long and was given up',
  OUTPUT_TOO_LARGE: 'the answer as a whole would have been too large; ask in parts',
  PROBE_FAILED: 'the look failed for a reason that was not foreseen; see the prober\'s log',
} as const;

export type BlindCode = keyof typeof BLIND_MESSAGES;

/** What a look of a kind came back with, before it is signed with probe, host and time. */
export type Look<Kind extends keyof Facts = keyof Facts> = { readonly seen: Facts[Kind] } | { readonly blind: BlindCode };

export function toObservation(probe: Probe, host: string, at: string, look: Look): Observation {
  if ('seen' in look) return { probe, host, at, seen: look.seen };
  return { probe, host, at, blind: { code: look.blind, message: BLIND_MESSAGES[look.blind] } };
}
