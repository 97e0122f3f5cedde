/** Where a row that misses its target spends the CPU time of the process that does its work. */
import { Session } from 'node:inspector/promises';
import { relative } from 'node:path';
import { many, type Profiler, type Sample, type Side } from './side';

export interface Frame {
  readonly name: string;
  readonly place: string;
  /** Of the samples in which the process was not idle. */
  readonly share: number;
}

const NOT_WORK = new Set(['(idle)', '(program)', '(root)']);

/** Of this process, and of its main thread alone: workflows run in threads of their own. */
export function openProfiler(): Profiler {
  const session = new Session();
  return {
    async start() {
      session.connect();
      await session.post('Profiler.enable');
      await session.post('Profiler.start');
    },
    async stop() {
      const { profile } = await session.post('Profiler.stop');
      session.disconnect();
      return profile.nodes;
    },
  };
}

/** As many operations as a round had; one after the other, where the side has no lanes of its own. */
export async function topFrames(side: Side, operations: number): Promise<readonly Frame[]> {
  await side.prepare?.(operations);
  const profiler = side.profiler ?? openProfiler();
  await profiler.start();
  const [done, nodes] = [await Promise.allSettled([many(side, operations, 1)]), await profiler.stop()];
  if (done[0].status === 'rejected') throw done[0].reason;
  return framesOf(nodes);
}

export function framesOf(nodes: readonly Sample[], most = 8): readonly Frame[] {
  const hits = new Map<string, { readonly name: string; readonly place: string; count: number }>();
  let all = 0;
  for (const { callFrame, hitCount = 0 } of nodes) {
    if (hitCount === 0 || NOT_WORK.has(callFrame.functionName)) continue;
    all += hitCount;
    const name = callFrame.functionName || '(anonymous)';
    const place = placeOf(callFrame);
    const known = hits.get(`${name} ${place}`) ?? { name, place, count: 0 };
    known.count += hitCount;
    hits.set(`${name} ${place}`, known);
  }
  return [...hits.values()].sort((one, other) => other.count - one.count).slice(0, most).map(({ name, place, count }) => ({ name, place, share: count / all }));
}

function placeOf({ url, lineNumber }: Sample['callFrame']): string {
  if (url === '') return 'native';
  const path = url.startsWith('file://') ? url.slice('file://'.length) : url;
  const module = /node_modules\/(.+)$/.exec(path)?.[1];
  return `${module ?? (path.startsWith('/') ? relative(process.cwd(), path) : path)}:${String(lineNumber + 1)}`;
}
