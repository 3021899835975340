import { compileDefinition } from '../../../src/language';
import { startTestApi } from '../../support/api-client';
import { simulate } from '../../support/simulate';
import { blocks, PAGES, read } from './pages';

const flows = PAGES.flatMap((page) =>
  blocks(page, 'yaml')
    .filter((text) => /^nodes:/m.test(text))
    .map((text, at) => [`${page} #${at + 1}`, text] as const),
);

test.each(flows)('the flow %s compiles without issues and warnings', (_, text) => {
  expect(compileDefinition(text)).toMatchObject({ ok: true, warnings: [] });
});

test('README has at most 120 lines', () => {
  expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(120);
});

describe('the flow of the README', () => {
  const input = {
    orderId: 'A-1',
    lines: [
      { price: 2.5, quantity: 4 },
      { price: 1, quantity: 1 },
    ],
  };
  const start = (answers: Parameters<typeof simulate>[1]) => {
    const compiled = compileDefinition(blocks('README.md', 'yaml')[0] ?? '');
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
    return simulate(compiled.plan, answers, input);
  };

  test('waits for the payment and ends with the total', () => {
    const run = start(() => ({ action: 'success', output: { status_code: 201 } }));
    run.send({ type: 'callDone', path: 'reserve', attempt: 1, output: { kind: 'inline', value: {} }, action: 'success' });
    run.send({ type: 'deliver', name: 'payment', key: 'A-1', data: { by: 'Ada' } });
    run.settle();
    expect(run.memory.outcome).toMatchObject({ state: 'DONE', output: { value: { total: 11, paidBy: 'Ada' } } });
  });

  test('fails by name when the order is not in stock, and undoes nothing', () => {
    const run = start(() => ({ failure: { code: 'client_error', status: 409, action: 'client_error' } }));
    run.settle();
    expect(run.memory.outcome).toMatchObject({ state: 'FAIL', failure: { code: 'not_in_stock' } });
    expect(run.started()).toEqual(['total', 'reserve', 'refused']);
  });
});

/** Words of a shell command: quotes, backslash at the end of a line, and variables; enough for the commands of our pages. */
function words(command: string, variables: Readonly<Record<string, string>>): readonly string[] {
  const fill = (text: string): string => text.replace(/\$([A-Z]+)/g, (_, name: string) => variables[name] ?? `$${name}`);
  return [...command.replaceAll('\\\n', ' ').matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => single ?? fill(double ?? plain ?? ''),
  );
}

test('the command of the README starts a run', async () => {
  const api = await startTestApi();
  try {
    const created = await api.ask('POST', '/api/v1/flows', { body: { name: 'Hello', definition: 'nodes: {}' } });
    const { id } = created.json as { id: string };
    const [command = ''] = blocks('README.md', 'sh').filter((text) => text.startsWith('curl'));
    const [, ...args] = words(command, { API: api.url, TOKEN: await api.tokenOf('admin'), FLOW: id });
    const valueAfter = (flag: string): readonly string[] => args.flatMap((arg, at) => (arg === flag ? [args[at + 1] ?? ''] : []));
    const response = await fetch(args.find((arg) => arg.startsWith('http')) ?? '', {
      method: valueAfter('-X')[0] ?? 'GET',
      headers: valueAfter('-H').map((header): [string, string] => {
        const [name = '', value = ''] = header.split(/: */, 2);
        return [name, value];
      }),
      body: valueAfter('-d')[0] ?? '',
    });
    expect(response.status).toBe(201);
    expect(api.runs.lastWaitMs).toBe(10_000);
  } finally {
    await api.close();
  }
});
