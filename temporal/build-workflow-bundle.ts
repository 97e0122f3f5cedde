/** Run by the build: writes dist/workflow-bundle.js. */
import { join } from 'node:path';
import { writeWorkflowBundle } from './bundle';

void writeWorkflowBundle(join(__dirname, '..', 'workflows', 'index.js'), join(__dirname, '..', 'workflow-bundle.js')).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
