/** What becomes of a response body above LIMITS.httpResponseBytes. */
import { LIMITS, RepriseError, type ArtifactRef } from '../../flow';
import type { LargeTaker, OutboundHead } from '../../egress';
import { streamKey } from '../artifact-key';
import type { CallJob } from '../call-handler';
import type { ActivityDeps } from '../deps';
import { onStore } from '../failure';

export type LargeBody =
  | { readonly kind: 'stored'; readonly ref: ArtifactRef }
  /** The first bytes; the rest was not read. */
  | { readonly kind: 'cut'; readonly start: Buffer };

/** Types that are kept with an artifact: a header may hold anything. */
const SHORT_TEXT = /^[\x20-\x7e]{1,200}$/;
const ANY_TYPE = 'application/octet-stream';

/**
 * Streams the body into the artifact store, up to LIMITS.httpArtifactBytes. That of a 4xx or 5xx answer is cut instead: it says
 * what went wrong, which nobody needs that much of. The store sees an abort as a stream that fails, and keeps nothing.
 */
export const keepLarge = (job: CallJob, deps: ActivityDeps): LargeTaker<LargeBody> => ({
  maxBytes: LIMITS.httpArtifactBytes,
  async take(head, raw) {
    const parts = job.secrets.mask.stream(raw);
    if (head.status >= 400 && head.status <= 599) return { kind: 'cut', start: await startOf(parts, LIMITS.httpResponseBytes) };
    refuseDeclared(head);
    const { nodeRunId, attempt } = job.context;
    const key = streamKey(job.context, [nodeRunId, String(attempt), 'body']);
    return { kind: 'stored', ref: await onStore(() => deps.artifacts.put(key, parts, typeOf(head))) };
  },
});

/** For answers that nobody asked for. */
export const dropLarge: LargeTaker<LargeBody> = {
  maxBytes: LIMITS.httpResponseBytes,
  take: async () => ({ kind: 'cut', start: Buffer.alloc(0) }),
};

/** A server that says how much comes is believed when it is too much: nothing is loaded for nothing. */
const refuseDeclared = ({ headers }: OutboundHead): void => {
  const limitBytes = LIMITS.httpArtifactBytes;
  if (Number(headers['content-length'] ?? 0) > limitBytes)
    throw new RepriseError('response_too_large', `The response says that it is larger than ${limitBytes} bytes; ask for less`, {
      details: { limitBytes },
    });
};

const startOf = async (parts: AsyncIterable<Uint8Array>, bytes: number): Promise<Buffer> => {
  const start: Uint8Array[] = [];
  let size = 0;
  for await (const part of parts) {
    start.push(part.subarray(0, bytes - size));
    size += part.length;
    if (size >= bytes) break;
  }
  return Buffer.concat(start);
};

const typeOf = ({ headers }: OutboundHead): string => {
  const type = String(headers['content-type'] ?? '');
  return SHORT_TEXT.test(type) ? type : ANY_TYPE;
};
