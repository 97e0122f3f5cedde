/**
 * The inner ports (Postgres, Temporal, its UI): free ones are chosen at the first start and kept, so that bookmarks and other
 * tools find them again, and two clones on one machine do not meet.
 */
import { randomInt } from 'node:crypto';
import { isPortFree } from '../platform/free-port';
import { readPrivateJson, writePrivateJson } from './private-json';
import { setupRefusal } from './setup-refusal';

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

/**
 * Below the range from which systems take ports for outgoing connections (Linux: 32768 and up): a port of that range is free now
 * and another program's a moment later.
 */
const LOWEST = 20_000;
const HIGHEST = 32_000;

async function freeBeside(chosen: ReadonlyMap<PortName, number>): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = randomInt(LOWEST, HIGHEST);
    if (![...chosen.values()].includes(port) && (await isPortFree(port))) return port;
  }
  throw setupRefusal(`no port from ${String(LOWEST)} to ${String(HIGHEST)} is free on this machine.`, 'end what holds them (`ss -ltn`), then start again.');
}
