import type { DataConverter } from '@temporalio/common';
import { createPayloadCodec, type ForeignPayloads, type PayloadCodecKeys } from './payload-codec';

/** Also for `bundleWorkflowCode({ failureConverterPath })`: workflows make failures too. */
export const FAILURE_CONVERTER_PATH = require.resolve('./failure-converter');

/**
 * For clients and workers alike; workflows see decrypted payloads only and need none of it.
 *
 * @param foreign `blank` for the worker that runs workflows, `refuse` everywhere else.
 */
export function createDataConverter(keys: PayloadCodecKeys, foreign: ForeignPayloads = 'refuse'): DataConverter {
  return { payloadCodecs: [createPayloadCodec(keys, foreign)], failureConverterPath: FAILURE_CONVERTER_PATH };
}
