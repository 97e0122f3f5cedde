/**
 * Puts messages and stack traces of failures into a payload of their own, which the codec then encrypts: a refusal's text may
 * quote a command. Loaded by path, also into the workflow bundle, so it imports nothing that does not run there.
 */
import { DefaultFailureConverter } from '@temporalio/common';

export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
