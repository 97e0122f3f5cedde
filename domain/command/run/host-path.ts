/** Which places of the host a container may be given at all, whoever approves it. Paths as text: links are for the gateway to look at. */

/** Whole trees. */
const TREES = [
  '/boot', '/dev', '/proc', '/sys', '/run', '/var/run', '/root', '/etc', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/usr', '/snap', '/System', '/Library', '/private/etc', '/private/var/run',
  '/var/lib/docker', '/var/lib/containerd', '/var/lib/containers', '/var/lib/kubelet', '/var/lib/rancher', '/var/spool/cron', '/var/lib/systemd', '/var/lib/dpkg', '/var/lib/apt', '/var/lib/rpm', '/var/lib/cloud',
  '/host', '/hostfs', '/rootfs', '/lost+found',
];
/** Themselves, but not what is below them. */
const ROOTS = ['/', '/var', '/var/lib', '/var/spool', '/home', '/Users', '/private', '/private/var', '/Volumes'];
/** Of the trees, what says only what time it is and whom to trust; read-only. */
const HARMLESS = ['/etc/localtime', '/etc/timezone', '/etc/ssl/certs', '/etc/pki/ca-trust', '/etc/ca-certificates', '/usr/share/zoneinfo', '/usr/share/ca-certificates', '/usr/local/share/ca-certificates'];
/** Of anybody's: keys and logins; and Wingman's own. */
const PRIVATE = /^(?:\.ssh|\.aws|\.gnupg|\.kube|\.docker|\.azure|\.gcloud|\.password-store|\.netrc|\.pgpass|\.npmrc|\.pypirc|\.git-credentials|\.wingman.*|\.vault-token|\.mozilla|\.bash_history|\.zsh_history|shadow|id_(?:rsa|dsa|ecdsa|ed25519))$/;
const ENGINE = /\.sock$|^(?:docker|containerd|podman|crio)$/;

const isBelow = (path: string, root: string): boolean => path === root || path.startsWith(`${root}/`);

/** Why it may not be mounted, in words that end a sentence about it; null: it may be asked for. @param path absolute */
export function forbiddenHostPath(path: string, readonly: boolean): string | null {
  const parts = path.split('/').filter((part) => part !== '');
  if (parts.includes('..') || parts.includes('.')) return 'climbs about in directories; write it out';
  const plain = `/${parts.join('/')}`;
  if (parts.at(-1) !== undefined && ENGINE.test(parts.at(-1) ?? '') && (plain.endsWith('.sock') || isBelow(plain, '/run') || isBelow(plain, '/var/run'))) return 'is the way to the engine: whoever is in it is root on the host';
  if (HARMLESS.some((root) => isBelow(plain, root)) && readonly) return null;
  if (ROOTS.includes(plain) || TREES.some((root) => isBelow(plain, root))) return 'hands the host over, or everybody’s files on it';
  // A home itself, with all that is private in it.
  if (/^\/(?:home|Users)\/[^/]+$/.test(plain)) return 'is somebody’s whole home, keys and logins with it; name a directory in it';
  return parts.some((part) => PRIVATE.test(part)) ? 'is where keys and logins are' : null;
}
