/** `npm test`. Asks for the right Node before it loads anything that an older one cannot even read. */
import { requireNode } from './node-version.mjs';
import { runScript } from './screen.mjs';

await runScript(async () => {
  requireNode();
  const { runTests } = await import('./run-tests.mjs');
  return runTests(process.argv.slice(2));
});
