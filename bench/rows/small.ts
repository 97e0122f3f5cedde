/** What costs CPU alone: the open gate, and a token. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CompactSign, generateKeyPair } from 'jose';
import { createKeyFiles } from '../../security/keys/files';
import { loadWorkerKeys } from '../../security/keys/load';
import { capabilityClaims, mintCapabilityToken } from '../../security/tokens/capability-token';
import { checkInstruction } from '../../domain/instruction/instruction';
import { toApprovalId, toEnvironment, toTenantId, toWorkerId, type Sha256Hex } from '../../domain/ids';
import { throughput } from '../measure';
import type { Side } from '../side';
import type { LoadOrder } from '../load';
import { openProduct } from '../product';
import { planOf, type Row } from '../row';
import { startLoad, startServer } from '../worker-process';
import type { ServerOrder } from '../child';
import type { World } from '../world';

/** As many connections, each from an address of its own: POST /check has a budget for each, which a bench would spend in a minute. */
const SENDERS = 16;
/** Requests after which neither side gets faster: what is measured is a server that has been running. */
const WARM = 6_000;

interface CheckSide {
  readonly side: Side;
  readonly pid: number;
}

/** Each server in a process of its own, as they run: two in one make each other's code slower, and each other's garbage. */
async function served(world: World, order: ServerOrder, answer: LoadOrder['answer']): Promise<CheckSide> {
  const { pid, port, profiler } = await startServer(world, order);
  const callers = await startLoad(world, { kind: 'load', port, instruction: instruction(world), answer, connections: SENDERS });
  return { pid, side: { ...callers, many: (operations) => callers.many(operations, SENDERS), profiler } };
}

const echo = (world: World): Promise<CheckSide> => served(world, { kind: 'echo' }, 'echo');

async function check(world: World): Promise<CheckSide> {
  const { apiConfig } = await openProduct(world, { worker: false });
  return served(world, { kind: 'api', config: apiConfig }, { body: JSON.stringify(checkInstruction(instruction(world))) });
}

const instruction = ({ root }: World): string => readFileSync(join(root, 'bench', 'instruction.md'), 'utf8');

export const smallRows: readonly Row[] = [
  {
    id: 'B7', subject: 'POST /check, requests/s', floor: 'stock Express 5 with express.json(), echo', better: 'more', target: 2, stretch: 2.5,
    async measure(bench) {
      const world = await bench.world();
      const floor = await echo(world);
      const subject = bench.floorVsFloor ? await echo(world) : await check(world);
      for (const { side } of [floor, subject]) await side.many?.(WARM, SENDERS);
      return throughput(subject.side, floor.side, { ...planOf(bench, 400, 8_000, [subject.pid, floor.pid]), concurrency: SENDERS });
    },
  },
  {
    id: 'B8', subject: 'token mint, c=32', floor: 'raw jose CompactSign', better: 'less', target: 1.15, stretch: 1.1,
    async measure(bench) {
      const world = await bench.world();
      const keysDir = join(world.dir, 'mint-keys');
      await createKeyFiles(keysDir);
      const { mint } = await loadWorkerKeys(join(keysDir, 'worker'));
      const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
      const claims = () =>
        capabilityClaims({
          workerId: toWorkerId('agent-1'), tenant: toTenantId('default'), environment: toEnvironment('dev'), approvalId: toApprovalId(randomUUID()),
          planHash: 'a'.repeat(64) as Sha256Hex, argv: ['docker', 'restart', 'web'], cmdIndex: 0, use: 0, now: Math.floor(Date.now() / 1_000), lifeSeconds: 120,
        });
      const floor: Side = {
        async once() {
          await new CompactSign(new TextEncoder().encode(JSON.stringify(claims()))).setProtectedHeader({ alg: 'EdDSA', typ: 'wm-cap+jwt', kid: 'k1' }).sign(privateKey);
        },
      };
      const subject: Side = bench.floorVsFloor ? floor : { once: async () => void (await mintCapabilityToken(claims(), mint)) };
      const figure = await throughput(subject, floor, { ...planOf(bench, 500, 12_000), concurrency: 32 });
      // The table speaks of time: less is better.
      const inverse = (ratio: number): number => 1 / ratio;
      return { ...figure, ratio: inverse(figure.ratio), spread: [inverse(figure.spread[1]), inverse(figure.spread[0])] };
    },
  },
];
