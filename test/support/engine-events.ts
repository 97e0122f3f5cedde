/**
 * What the engine tells, heard while it happens. Its memory of events holds the last 256 of everything on the machine: asked
 * afterwards, beside other suites, it may have forgotten what a test wants to count.
 */
import { request } from 'node:http';
import { linesOf } from '../../clients/sdk/event-stream';
import { until } from './until';

export interface EngineEvent {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
}

export interface EngineEvents {
  /** All of this container, by its id or name, from the beginning until now; hears no more after that. */
  of(container: string): Promise<readonly EngineEvent[]>;
}

/** @param mark makes a volume: all that came before it was heard when it is heard. @returns its name */
export async function followEngineEvents(socketPath: string, mark: () => Promise<string>): Promise<EngineEvents> {
  const heard: EngineEvent[] = [];
  let failure: unknown = null;
  const asked = request({ socketPath, path: '/events' });
  const answered = new Promise<void>((resolve, reject) => {
    asked.once('error', reject);
    asked.once('response', (response) => {
      resolve();
      (async () => {
        for await (const line of linesOf(response as AsyncIterable<Uint8Array>)) if (line !== '') heard.push(JSON.parse(line) as EngineEvent);
      })().catch((error: unknown) => (failure = error));
    });
  });
  asked.end();
  await answered;
  return {
    async of(container) {
      const marked = await mark();
      await until(() => `the engine tells of ${marked}; ${String(failure)}`, () => heard.some(({ Type, Actor }) => Type === 'volume' && Actor.ID === marked));
      asked.destroy();
      return heard.filter(({ Type, Actor }) => Type === 'container' && (Actor.ID === container || Actor.Attributes['name'] === container));
    },
  };
}
