/**
 * A download that either works or fails within seconds, so that the next way to an engine is tried soon: no answer, no
 * progress or too little of it within 8 s ends it. The bytes are hashed as they come and refused when they differ.
 */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { StepFailed, type Report } from '../step';

export interface DownloadLimits {
  /** Until the answer's headers, ms. */
  readonly answerMs: number;
  /** Each window of this length must bring `windowBytes`, ms. */
  readonly windowMs: number;
  readonly windowBytes: number;
}
const LIMITS: DownloadLimits = { answerMs: 8_000, windowMs: 8_000, windowBytes: 1024 * 1024 };

interface Watched {
  readonly response: Response;
  readonly body: AsyncIterable<Uint8Array>;
}

/** The innermost cause: fetch wraps the one that says something. */
function causeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  if ('code' in error && typeof error.code === 'string') return error.code;
  if ('cause' in error && error.cause !== undefined) return causeOf(error.cause);
  return 'message' in error ? String(error.message) : 'no reason given';
}

async function request(url: string, limits: DownloadLimits): Promise<Watched & { stop(): void }> {
  const abort = new AbortController();
  const host = new URL(url).host;
  let why = `${host} did not answer within ${limits.answerMs / 1000} s`;
  let timer = setTimeout(() => abort.abort(), limits.answerMs);
  const stop = (): void => clearTimeout(timer);
  let response: Response;
  try {
    response = await fetch(url, { signal: abort.signal, redirect: 'follow' });
  } catch (error) {
    stop();
    throw new StepFailed(abort.signal.aborted ? why : `${host} cannot be reached (${causeOf(error)})`, { cause: error });
  }
  if (!response.ok || response.body === null) {
    stop();
    abort.abort();
    throw new StepFailed(`${host} answered ${response.status} for ${new URL(url).pathname}`);
  }
  const source: AsyncIterable<Uint8Array> = response.body;
  async function* body(): AsyncGenerator<Uint8Array> {
    let windowBytes = 0;
    const rearm = (): void => {
      clearTimeout(timer);
      windowBytes = 0;
      why = `${host} sent less than ${Math.round(limits.windowBytes / 1024)} KiB in ${limits.windowMs / 1000} s`;
      timer = setTimeout(() => abort.abort(), limits.windowMs);
    };
    rearm();
    try {
      for await (const chunk of source) {
        windowBytes += chunk.byteLength;
        if (windowBytes >= limits.windowBytes) rearm();
        yield chunk;
      }
    } catch (error) {
      throw new StepFailed(abort.signal.aborted ? why : `${host} broke the connection off (${causeOf(error)})`, { cause: error });
    } finally {
      stop();
    }
  }
  return { response, body: body(), stop };
}

/** Fetches a small text, e.g. a checksum list (≤ 1 MiB). Throws StepFailed. */
export async function fetchText(url: string, limits: DownloadLimits = LIMITS): Promise<string> {
  const { body } = await request(url, limits);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > 1024 * 1024) throw new StepFailed(`${url} is larger than a checksum list can be`);
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
}

export interface DownloadRequest {
  readonly url: string;
  /** File to write; removed again when the download fails. */
  readonly to: string;
  /** Hex. */
  readonly sha256: string;
  readonly report: Report;
  readonly limits?: DownloadLimits;
}

/** Downloads and verifies one file. Throws StepFailed. */
export async function download({ url, to, sha256, report, limits = LIMITS }: DownloadRequest): Promise<void> {
  const { response, body } = await request(url, limits);
  const total = Number(response.headers.get('content-length') ?? 0);
  const hash = createHash('sha256');
  async function* hashed(): AsyncGenerator<Uint8Array> {
    let received = 0;
    let shown = Date.now();
    for await (const chunk of body) {
      hash.update(chunk);
      received += chunk.byteLength;
      if (Date.now() - shown > 2_000) {
        shown = Date.now();
        report(`${megabytes(received)} of ${total > 0 ? megabytes(total) : 'unknown size'}`);
      }
      yield chunk;
    }
  }
  try {
    await pipeline(hashed, createWriteStream(to));
    const found = hash.digest('hex');
    if (found !== sha256.toLowerCase()) {
      throw new StepFailed(
        `the file from ${new URL(url).host} has the wrong checksum (${found.slice(0, 12)}…, expected ${sha256.slice(0, 12)}…)`,
      );
    }
  } catch (error) {
    await rm(to, { force: true });
    throw error;
  }
}

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
