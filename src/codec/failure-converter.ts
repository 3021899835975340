/**
 * Messages and stack traces of failures become payloads, which the codec encrypts. A module of its own, because Temporal loads it by
 * path, in the worker and in the bundle of the workflows.
 */
import { DefaultFailureConverter } from '@temporalio/common';

export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
