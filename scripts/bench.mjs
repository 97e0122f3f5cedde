/** `npm run bench -- --help`. Sets up what is missing, then measures (bench/). */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuild } from './build.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { ensureDemo } from './demo.mjs';
import { ensureEngine } from './engine.mjs';
import { root } from './root.mjs';
import { runScript, say } from './screen.mjs';

await runScript(async () => {
  await ensureDependencies();
  const problem = await ensureEngine({ mayAsk: true });
  if (problem === null) await ensureDemo();
  else say(`Docker engine: none (${problem}). Row B4 will fail.`);
  await ensureBuild();
  return spawnSync(process.execPath, [join(root, 'dist', 'bench', 'main.js'), ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1;
});
