import { defaultPayloadConverter } from '@temporalio/common';
import { createMemoryArtifactStore } from '../../../src/store/memory';
import { createReferenceCodec } from '../../../src/worker/reference-codec';
import { byReference } from '../../../src/workflows/contract';

const converter = defaultPayloadConverter;

test('the content takes the place of a reference; nothing else is touched', async () => {
  const artifacts = createMemoryArtifactStore();
  const ref = await artifacts.put('ws/run/key.json', Buffer.from('{"phase":"main"}'), 'application/json');
  const codec = createReferenceCodec(artifacts);
  const others = [{ a: byReference(ref) }, { ...byReference(ref), more: 1 }, 'text', [byReference(ref)], undefined].map((each) =>
    converter.toPayload(each),
  );
  const [first, ...rest] = await codec.decode([converter.toPayload(byReference(ref)), ...others]);
  expect(converter.fromPayload(first ?? {})).toEqual({ phase: 'main' });
  expect(rest).toEqual(others);
  expect(await codec.decode(others)).toEqual(others);
  expect(await codec.encode(others)).toEqual(others);
});

test('an artifact that cannot be read is an error: the workflow task fails and is repeated', async () => {
  const codec = createReferenceCodec({ get: () => Promise.reject(new Error('away')) });
  const ref = { store: 's', key: 'k', size: 1, type: 't', sha256: '' };
  await expect(codec.decode([converter.toPayload(byReference(ref))])).rejects.toThrow('away');
});
