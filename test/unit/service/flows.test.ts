import { aPrincipal, createTestServices, HELLO } from '../../support/services';

const make = () => {
  const { flows, principal, stores, time } = createTestServices();
  return { flows, me: principal, stores, time };
};
const BAD = 'nodes:\n  a: { type: nonsense }\n  b: { type: transform, params: {}, next: { default: nowhere } }\n';

describe('the life of a flow', () => {
  test('a new flow is version 1, published and enabled; its definition reads back byte for byte', async () => {
    const { flows, me } = make();
    const flow = await flows.create(me, { definition: HELLO, tags: ['a'] });
    expect(flow).toMatchObject({
      name: 'Hello',
      description: 'Greets',
      versionLabel: '1.2.0',
      enabled: true,
      publishedVersion: 1,
      tags: ['a'],
    });
    expect(flow.id).toMatch(/^flow_[0-9A-HJKMNP-TV-Z]{26}$/);
    const read = await flows.get(me, flow.id);
    expect(read.version).toMatchObject({ version: 1, definition: HELLO, savedBy: 'acct_1', form: 'native' });
    expect(read.version.inputSchema).toEqual({ type: 'object', required: ['who'] });
  });

  test('a definition in layers is told by its top level; it says whether the flow is enabled', async () => {
    const { flows, me } = make();
    const definition = '{"name": "Play", "enabled": false,\t"layers": []}\n';
    const { id } = await flows.create(me, { definition });
    const { flow, version } = await flows.get(me, id);
    expect(flow).toMatchObject({ name: 'Play', form: 'plays', enabled: false });
    expect(version).toMatchObject({ definition, form: 'plays' });
    expect(await flows.update(me, id, { definition: HELLO })).toMatchObject({ form: 'native', enabled: false });
  });

  test('names given win over those of the definition', async () => {
    const { flows, me } = make();
    expect(await flows.create(me, { definition: HELLO, name: 'Mine', description: '' })).toMatchObject({
      name: 'Mine',
      description: '',
    });
  });

  test('a bad definition is refused with all its issues, and nothing is stored', async () => {
    const { flows, me } = make();
    const error = await flows.create(me, { definition: BAD }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'validation_error' });
    expect((error as { details: { issues: unknown[] } }).details.issues.length).toBeGreaterThan(1);
    expect((await flows.list(me, {}, { limit: 10, offset: 0 })).total).toBe(0);
  });

  test('a definition in an update is a new, published version; the old one stays readable', async () => {
    const { flows, me } = make();
    const { id } = await flows.create(me, { definition: HELLO });
    const next = HELLO.replace('1.2.0', '2.0.0');
    expect(await flows.update(me, id, { definition: next, tags: ['b'] })).toMatchObject({
      publishedVersion: 2,
      versionLabel: '2.0.0',
      tags: ['b'],
    });
    expect((await flows.getVersion(me, id, 1)).definition).toBe(HELLO);
    expect((await flows.listVersions(me, id, { limit: 10, offset: 0 })).items.map((version) => version.version)).toEqual([2, 1]);
  });

  test('an update without a definition makes no version', async () => {
    const { flows, me } = make();
    const { id } = await flows.create(me, { definition: HELLO });
    expect(await flows.update(me, id, { enabled: false, name: 'N' })).toMatchObject({
      enabled: false,
      name: 'N',
      latestVersion: 1,
    });
  });

  test('a bad definition in an update changes nothing', async () => {
    const { flows, me } = make();
    const { id } = await flows.create(me, { definition: HELLO });
    await expect(flows.update(me, id, { definition: BAD, name: 'N' })).rejects.toMatchObject({ code: 'validation_error' });
    expect((await flows.get(me, id)).flow).toMatchObject({ name: 'Hello', latestVersion: 1 });
  });

  test('saves at the same time each get a number of their own, and the highest is the published one', async () => {
    const { flows, me } = make();
    const { id } = await flows.create(me, { definition: HELLO });
    await Promise.all(
      Array.from({ length: 8 }, (_, n) => flows.update(me, id, { definition: HELLO.replace('1.2.0', `2.${n}`) })),
    );
    const { items } = await flows.listVersions(me, id, { limit: 20, offset: 0 });
    expect(items.map((version) => version.version)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect((await flows.get(me, id)).flow).toMatchObject({ latestVersion: 9, publishedVersion: 9 });
  });

  test('a deleted flow is hidden', async () => {
    const { flows, me } = make();
    const { id } = await flows.create(me, { definition: HELLO });
    await flows.remove(me, id);
    for (const refused of [flows.get(me, id), flows.update(me, id, {}), flows.remove(me, id), flows.getVersion(me, id, 1)])
      await expect(refused).rejects.toMatchObject({ code: 'not_found' });
  });

  test('a foreign flow is unknown', async () => {
    const { flows, me } = make();
    const { id } = await flows.create(me, { definition: HELLO });
    const foreign = aPrincipal({ workspace: 'ws_2' });
    for (const refused of [flows.get(foreign, id), flows.update(foreign, id, { name: 'x' }), flows.remove(foreign, id)])
      await expect(refused).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('validate', () => {
  test('tells the name and counts all nodes, blocks included', async () => {
    const { flows, me } = make();
    const definition = `
metadata: { name: Blocks }
nodes:
  each:
    type: loop
    params: { items: "{{ [1, 2] }}" }
    nodes:
      one: { type: log, params: { message: x } }
      two: { type: log, params: { message: x } }
`;
    expect(await flows.validate(me, definition)).toEqual({
      valid: true,
      issues: [],
      warnings: [],
      name: 'Blocks',
      nodes: 3,
    });
  });

  test('tells all issues and stores nothing', async () => {
    const { flows, me } = make();
    const report = await flows.validate(me, BAD);
    expect(report.valid).toBe(false);
    expect(report.issues.length).toBeGreaterThan(1);
    expect((await flows.list(me, {}, { limit: 10, offset: 0 })).total).toBe(0);
  });
});
