/** Sets up what is missing, then brings everything up in the foreground. A second start takes seconds. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ensureBuild } from './build.mjs';
import { ensureDemo } from './demo.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { ensureEngine, flag } from './engine.mjs';
import { dataDirectory, root } from './root.mjs';
import { say } from './screen.mjs';

/** Does not return before everything is stopped again. */
export async function startProduct() {
  const isFirstStart = !existsSync(join(dataDirectory(), 'credentials.json'));
  await ensureDependencies();
  await ensureBuild();
  const problem = await ensureEngine({ mayAsk: true });
  if (problem === null && (process.env.WINGMAN_DEMO === undefined ? isFirstStart : flag('WINGMAN_DEMO'))) await offerDemo();
  // In this process: one less between Ctrl-C and the parts that it must stop.
  const { superviseUntilStopped } = createRequire(import.meta.url)(join(root, 'dist', 'supervisor', 'supervise.js'));
  // Exits by itself: a server that was found running leaves handles behind that would keep us.
  process.exit(await superviseUntilStopped(process.env));
}

/** A first request needs something to act on. Without it everything else works, so a failure is only said. */
async function offerDemo() {
  try {
    if ((await ensureDemo()) === 'made') say('container `demo`: made, for a first request (WINGMAN_DEMO=0 leaves it out)');
  } catch (error) {
    say(`container \`demo\`: not made; ${error.message}`);
  }
}
