/**
 * The inner ports (Postgres, Temporal, its UI): free ones are chosen at the first start and kept, so that bookmarks and other
 * tools find them again, and two clones on one machine do not meet.
 */
import { freePort, isPortFree } from '../platform/free-port';
import { readPrivateJson, writePrivateJson } from './private-json';

const PORT_NAMES = ['postgres', 'temporal', 'temporal_ui'] as const;
export type PortName = (typeof PORT_NAMES)[number];
export type Ports = Readonly<Record<PortName, number>>;

export interface PortChoice {
  readonly ports: Ports;
  /** Remembered ones that somebody else has taken since. */
  readonly moved: readonly PortName[];
}

/** @param inUse ports of ours that are busy rightly: of a Postgres that survived its supervisor */
export async function choosePorts(file: string, inUse: Readonly<Partial<Record<PortName, number>>> = {}): Promise<PortChoice> {
  const known = readPrivateJson(file);
  const remembered = (name: PortName): number | null => {
    const port = typeof known === 'object' && known !== null ? (known as Readonly<Record<string, unknown>>)[name] : null;
    return typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536 ? port : null;
  };
  const chosen = new Map<PortName, number>();
  const moved: PortName[] = [];
  for (const name of PORT_NAMES) {
    const before = remembered(name);
    const busyRightly = inUse[name];
    const isKept = before !== null && (before === busyRightly || (await isPortFree(before)));
    if (before !== null && !isKept) moved.push(name);
    chosen.set(name, busyRightly ?? (isKept ? before : await freeBeside(chosen)));
  }
  const ports = Object.fromEntries(chosen) as Ports;
  writePrivateJson(file, ports);
  return { ports, moved };
}

/** The system may offer a port twice before anything listens on it. */
async function freeBeside(chosen: ReadonlyMap<PortName, number>): Promise<number> {
  for (;;) {
    const port = await freePort();
    if (![...chosen.values()].includes(port)) return port;
  }
}
