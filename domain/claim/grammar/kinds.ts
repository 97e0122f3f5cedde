/** The words for kinds of things, and the forms that names of each kind may have. */
import { phrases } from './cursor';
import type { SubjectKind } from '../predicates';
import type { KindWord } from './kind-word';

export const KINDS = phrases<KindWord>({
  file: { kind: 'file' },
  files: { kind: 'file', many: true },
  'directory|dir|folder': { kind: 'directory' },
  'directories|dirs|folders': { kind: 'directory', many: true },
  'process|pid|process id|process with pid': { kind: 'process' },
  'processes|pids': { kind: 'process', many: true },
  'port|tcp port|local port|host port': { kind: 'port' },
  'ports|tcp ports': { kind: 'port', many: true },
  'endpoint|url|site|website|web site|page|api|server|web server|http server|http endpoint|health endpoint|health check|application|app':
    { kind: 'http' },
  'endpoints|urls|pages|sites': { kind: 'http', many: true },
  'container|docker container': { kind: 'container' },
  'containers|docker containers': { kind: 'container', many: true },
  'image|docker image|container image': { kind: 'image' },
  'images|docker images': { kind: 'image', many: true },
  'network|docker network': { kind: 'network' },
  'networks|docker networks': { kind: 'network', many: true },
  'volume|docker volume': { kind: 'volume' },
  'volumes|docker volumes': { kind: 'volume', many: true },
  'service|systemd service|systemd unit|unit|daemon|compose service': { kind: 'service' },
  'services|units|daemons': { kind: 'service', many: true },
  package: { kind: 'package' },
  packages: { kind: 'package', many: true },
  'commit|git commit': { kind: 'commit' },
  'commits|git commits': { kind: 'commit', many: true },
  'table|database table': { kind: 'rows' },
  execution: { kind: 'execution' },
  command: { kind: 'execution' },
});

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;
const IMAGE = /^[a-z0-9][a-z0-9._-]*(?:[:/][A-Za-z0-9._-]+)*(?:@sha256:[0-9a-f]{64})?$/;
const FORMS: Partial<Record<SubjectKind, RegExp>> = {
  container: NAME,
  network: NAME,
  volume: NAME,
  image: IMAGE,
  service: /^[A-Za-z0-9][A-Za-z0-9_.@:-]{0,127}$/,
  process: /^[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}$/,
  package: /^(?:@[a-z0-9._~-]+\/)?[A-Za-z0-9][A-Za-z0-9._+-]{0,127}$/,
  commit: /^[0-9a-f]{7,64}$/,
  execution: /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/,
  rows: /^[A-Za-z_][A-Za-z0-9_$.]{0,127}$/,
};

/** True if a name of this kind may be written so. All letters are ASCII: a look-alike is no name of anything. */
export function isNameOf(kind: SubjectKind, name: string): boolean {
  return name.length <= 255 && (FORMS[kind]?.test(name) ?? false);
}

/** A reference with a tag or a digest: without one it may as well be a relative path. */
export function looksLikeImage(name: string): boolean {
  return isNameOf('image', name) && /[:@]/.test(name);
}
