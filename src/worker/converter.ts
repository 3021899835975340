import type { DataConverter } from '@temporalio/common';
import { createReferenceCodec, type ArtifactReader } from './reference-codec';

/** How an installation writes its payloads (encrypted, as a rule), with references resolved once they can be read. */
export const withReferences = (artifacts: ArtifactReader, converter: DataConverter = {}): DataConverter => ({
  ...converter,
  payloadCodecs: [createReferenceCodec(artifacts), ...(converter.payloadCodecs ?? [])],
});
