/** The workflow code as one file, made at build time: no worker compiles anything when it starts. */
import { writeFile } from 'node:fs/promises';
import { bundleWorkflowCode } from '@temporalio/worker';
import { FAILURE_CONVERTER_PATH } from './data-converter';

/** @param entry path of `workflows/index` without its ending. @returns the modules that are in it, for the test of the import table */
export async function writeWorkflowBundle(entry: string, file: string): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: entry,
    // Once for all workflows of a thread, instead of for each: no module of ours keeps anything (test/architecture/workflow-bundle.test.ts).
    preloadModules: [entry],
    failureConverterPath: FAILURE_CONVERTER_PATH,
    logger: { log: () => undefined, trace: () => undefined, debug: () => undefined, info: () => undefined, warn: console.warn, error: console.error },
  });
  await writeFile(file, code);
}
