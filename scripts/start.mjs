/** `npm start`. Asks for the right Node before it loads anything that an older one cannot even read. */
import { requireNode } from './node-version.mjs';
import { runScript } from './screen.mjs';

await runScript(async () => {
  requireNode();
  const { startProduct } = await import('./start-product.mjs');
  return startProduct();
});
