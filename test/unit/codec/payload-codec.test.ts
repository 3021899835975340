import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { createPayloadCodec } from '../../../src/codec/payload-codec';
import { createKeyring } from '../../../src/crypto/keyring';
import { aKey } from '../../support/encryption-keys';
import { seeded } from '../../support/random';
import { createTally, expectGood } from '../../support/tally';

const codecOf = (ids: readonly string[], encrypts = true) =>
  createPayloadCodec({ keyring: createKeyring(ids.map(aKey)), encrypts });
const toPayload = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);
const one = async (payloads: Promise<Payload[]>): Promise<Payload> => {
  const [payload] = await payloads;
  if (payload === undefined) throw new Error('no payload');
  return payload;
};
const sealed = (value: unknown, codec = codecOf(['k1'])) => one(codec.encode([toPayload(value)]));
const valueOf = async (payload: Payload, codec = codecOf(['k1'])) =>
  defaultPayloadConverter.fromPayload<unknown>(await one(codec.decode([payload])));

test('a payload is written as binary/encrypted with the id of its key, and opens as it was', async () => {
  const value = { text: 'päss', list: [1, null] };
  const payload = await sealed(value);
  expect(Buffer.from(payload.metadata?.['encoding'] ?? []).toString()).toBe('binary/encrypted');
  expect(Buffer.from(payload.metadata?.['encryption-key-id'] ?? []).toString()).toBe('k1');
  expect(Buffer.from(payload.data ?? []).toString('latin1')).not.toContain('text');
  expect(await valueOf(payload)).toEqual(value);
  expect(await valueOf(await sealed(undefined))).toBeUndefined();
});

test('plain payloads pass, so a signal from the Temporal UI is read', async () => {
  expect(await valueOf(toPayload({ by: 'operator' }))).toEqual({ by: 'operator' });
});

test('switched off it writes plain payloads and still opens what was encrypted', async () => {
  const off = codecOf(['k1'], false);
  const plain = toPayload('clear');
  expect(await off.encode([plain])).toEqual([plain]);
  expect(await valueOf(await sealed('earlier'), off)).toBe('earlier');
});

test('the first key writes, every key reads, one that is gone is named', async () => {
  const old = await sealed('old');
  const both = codecOf(['k2', 'k1']);
  expect(await valueOf(old, both)).toBe('old');
  expect(Buffer.from((await sealed('new', both)).metadata?.['encryption-key-id'] ?? []).toString()).toBe('k2');
  await expect(codecOf(['k2']).decode([old])).rejects.toMatchObject({ code: 'key_missing', details: { keyId: 'k1' } });
});

test('a changed bit is refused', async () => {
  const next = seeded(11);
  const codec = codecOf(['k1']);
  const tally = createTally('K3 bit flips of payloads');
  for (let n = 0; n < 1_000; n += 1) {
    const payload = await sealed({ n }, codec);
    const data = Buffer.from(payload.data ?? []);
    const at = Math.floor(next() * data.length);
    data[at] = (data[at] ?? 0) ^ (1 << Math.floor(next() * 8));
    const opened = await codec.decode([{ ...payload, data }]).catch(() => undefined);
    tally.count(opened === undefined, () => data.toString('hex'));
  }
  expectGood(tally, 1_000);
});
