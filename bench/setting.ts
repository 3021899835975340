/** What one measurement needs: servers, our side, the hand-written side, something to call. */
import { startTestMongo, startTestTemporal, type TestMongo, type TestTemporal } from '../test/support/engines';
import { startHandWritten, type HandWritten } from './sides/hand-written';
import { startOurs, type Ours } from './sides/ours';
import { startLoopback, type Loopback } from './sides/loopback';

export interface Setting {
  readonly ours: Ours;
  readonly hand: HandWritten;
  /** URL of a loopback server that answers a small JSON. */
  readonly url: string;
  readonly temporal: TestTemporal;
  readonly mongo: TestMongo;
}

/** Runs `work` with everything there, and ends all of it. @param mongodbUri by default a database of its own */
export async function withSetting<T>(
  {
    tuned,
    through,
  }: { readonly tuned: boolean; readonly through?: (uri: string) => Promise<{ uri: string; close(): Promise<void> }> },
  work: (setting: Setting) => Promise<T>,
): Promise<T> {
  const closing: (() => Promise<void>)[] = [];
  const opened = <P>(part: P, close: (part: P) => Promise<void>): P => {
    closing.unshift(() => close(part));
    return part;
  };
  try {
    const temporal = opened(await startTestTemporal({ tuned }), (part) => part.stop());
    const mongo = opened(await startTestMongo(), (part) => part.stop());
    const wire = through === undefined ? mongo : opened(await through(mongo.uri), (part) => part.close());
    const loopback: Loopback = opened(await startLoopback(), (part) => part.close());
    const ours = opened(
      await startOurs({ temporalAddress: temporal.address, mongodbUri: wire.uri, egressAllow: [`127.0.0.1:${loopback.port}`] }),
      (part) => part.stop(),
    );
    const hand = opened(await startHandWritten(temporal.address), (part) => part.stop());
    return await work({ ours, hand, url: loopback.url, temporal, mongo });
  } finally {
    for (const close of closing) await close();
  }
}
