/** A port as `GET /containers/json` describes it. */
export interface PublishedPort {
  readonly IP?: string;
  readonly PrivatePort: number;
  readonly PublicPort?: number;
  readonly Type: string;
}

/** One text a port, such as `0.0.0.0:80->80/tcp`, or `80/tcp` where it is only exposed; in the order of container ports. */
export function formatPorts(ports: readonly PublishedPort[]): string[] {
  return [...ports].sort(byPrivatePort).map(formatPort);
}

function formatPort({ IP, PrivatePort, PublicPort, Type }: PublishedPort): string {
  const inside = `${String(PrivatePort)}/${Type}`;
  if (PublicPort === undefined || PublicPort === 0) return inside;
  const address = IP === undefined ? '' : IP.includes(':') ? `[${IP}]:` : `${IP}:`;
  return `${address}${String(PublicPort)}->${inside}`;
}

const byPrivatePort = (a: PublishedPort, b: PublishedPort): number =>
  a.PrivatePort - b.PrivatePort || compareText(a.IP ?? '', b.IP ?? '') || (a.PublicPort ?? 0) - (b.PublicPort ?? 0);

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
