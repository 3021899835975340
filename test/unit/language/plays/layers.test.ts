import {
  addLayer,
  findLayer,
  indexGroups,
  layerIdOf,
  readPlaysDocument,
  removeLayer,
  replaceLayer,
  writePlaysDocument,
} from '../../../../src/language/forms/plays/layers';
import { aLayer } from './support';

const document = { name: 'D', category: 'x', layers: [aLayer('a', 1), aLayer('b', 0, { id: 'layer_1' })] };

test('a document reads back as it was written, members that nobody asks for included', () => {
  expect(readPlaysDocument(writePlaysDocument(document))).toEqual(document);
});

test('a text of another form has no layers', () => {
  for (const text of ['nodes: {}', 'layers: {}', '{'])
    expect(() => readPlaysDocument(text)).toThrow(expect.objectContaining({ code: 'other_form' }));
});

test('a layer is addressed by its id, or by its ref without one', () => {
  expect(document.layers.map(layerIdOf)).toEqual(['a', 'layer_1']);
  expect(layerIdOf({})).toBe('');
  expect(findLayer(document, 'b')).toBeUndefined();
});

test('layers are added, replaced in their place, and removed', () => {
  const added = addLayer(document, aLayer('c', 2));
  expect(added.layers.map(layerIdOf)).toEqual(['a', 'layer_1', 'c']);
  const replaced = replaceLayer(added, 'layer_1', aLayer('z', 9));
  expect(replaced?.layers[1]).toMatchObject({ ref: 'z', index: 9, id: 'layer_1' });
  expect(removeLayer(added, 'a')?.layers.map(layerIdOf)).toEqual(['layer_1', 'c']);
  expect(document.layers).toHaveLength(2);
});

test('an unknown layer changes nothing', () => {
  expect(replaceLayer(document, 'none', aLayer('z', 0))).toBeUndefined();
  expect(removeLayer(document, 'none')).toBeUndefined();
});

test('index groups are ascending, and keep the order inside', () => {
  const layers = [aLayer('a', 2), aLayer('b', 0), aLayer('c', 2), { ref: 'd' }];
  expect(indexGroups(layers).map((group) => group.map(({ ref }) => ref))).toEqual([
    ['b', 'd'],
    ['a', 'c'],
  ]);
});
