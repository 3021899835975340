import fc from 'fast-check';
import { createMasker } from '../../../../src/activities/secrets/masker';
import { createTally, expectGood } from '../../../support/tally';

const SECRETS = [
  'tok_5f2c9aab77e1',
  'sixty-four characters of a value that somebody made with care 64',
  'quo"ted \\ back/slash',
  'two\nlines of a key',
  'pässwörd 😀 ü',
  'a+b/c=d&e?f%20g#h',
  '{"user":"ada","password":"hunter2hunter"}',
  '12345678',
  "<b>&amp;'x'",
];
const url = (text: string): URL => {
  const made = new URL('https://host/');
  made.search = text;
  made.pathname = text;
  return made;
};
/** What a service may make of what it was sent. */
const ECHOES: Readonly<Record<string, (secret: string) => string>> = {
  plain: (secret) => secret,
  'in a header': (secret) => `Bearer ${secret}`,
  'json text': (secret) => JSON.stringify({ echo: secret }),
  'json in json': (secret) => JSON.stringify({ body: JSON.stringify({ echo: secret }) }),
  'json in ASCII': (secret) =>
    JSON.stringify(secret).replaceAll(/[^\0-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'url component': (secret) => `https://host/?q=${encodeURIComponent(secret)}`,
  'url component, small letters': (secret) => encodeURIComponent(secret).toLowerCase().replace(secret.toLowerCase(), secret),
  'url parser, query': (secret) => url(secret).search,
  'url parser, path': (secret) => url(secret).pathname,
  form: (secret) => new URLSearchParams({ a: secret }).toString(),
  'base64 at 0': (secret) => Buffer.from(secret).toString('base64'),
  'base64 at 1': (secret) => Buffer.from(`u${secret}`).toString('base64'),
  'base64 at 2': (secret) => Buffer.from(`u:${secret}!`).toString('base64'),
  'base64url in the middle': (secret) => Buffer.from(`{"sub":"${secret}"}`).toString('base64url'),
  hex: (secret) => Buffer.from(secret).toString('hex'),
  HEX: (secret) => Buffer.from(secret).toString('hex').toUpperCase(),
  html: (secret) =>
    secret
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;'),
};
/** The forms that K1 looks for. */
const LEAKS = (secret: string): string[] => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
  Buffer.from(secret).toString('hex'),
  ...[0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]).toString('base64');
    return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + Buffer.byteLength(secret)) * 8) / 6));
  }),
];
const leaks = (text: string, secret: string): boolean => LEAKS(secret).some((form) => text.includes(form));

describe('masker (K6)', () => {
  const mask = createMasker(SECRETS);
  const pairs = SECRETS.flatMap((secret) => Object.entries(ECHOES).map(([name, echo]) => ({ secret, name, text: echo(secret) })));

  test('no form of a secret stays in a text, a value, the name of a member', () => {
    const tally = createTally('K6 forms');
    for (const { secret, name, text } of pairs) {
      const masked = [mask.text(text), JSON.stringify(mask.json({ [text]: [{ deep: text }] }))];
      tally.count(!masked.some((one) => !one.includes('***') || leaks(one, secret)), () => `${name} of ${secret}`);
    }
    expectGood(tally, 100);
  });

  test('what stands around a secret stays', () => {
    expect(mask.text('a tok_5f2c9aab77e1 b tok_5f2c9aab77e1.')).toBe('a *** b ***.');
    expect(mask.json({ n: 1, yes: true, no: null, text: 'plain', id: 12_345_678 })).toEqual({
      n: 1,
      yes: true,
      no: null,
      text: 'plain',
      id: '***',
    });
  });

  test('members of a JSON secret, lines of a long one and the token of a header go by themselves', () => {
    const one = createMasker([
      '{"a":{"b":"inner value"}}',
      'first line here\nsecond line here',
      'Bearer abcdef123456',
      'Basic dXNlcjpwYXNzd29yZDE=',
    ]);
    expect(one.json(['inner value', 'second line here', 'abcdef123456', 'password1', 'dXNlcjpwYXNzd29yZDE='])).toEqual(
      Array(5).fill('***'),
    );
  });

  test('a secret inside another, and two that overlap, leave nothing', () => {
    const two = createMasker(['abcdefgh', 'cdefg', 'fghijkl']);
    expect(two.text('xabcdefghijklx')).toBe('x***x');
    expect(two.text('cdefg')).toBe('***');
    expect(two.text('aaaabcdefghabcdefgh')).toBe('aaa******');
  });

  test('a secret that runs over texts in a row goes from all of them', () => {
    for (let cut = 1; cut < 16; cut += 1) {
      const parts = [`x ${'tok_5f2c9aab77e1'.slice(0, cut)}`, 'tok_5f2c9aab77e1'.slice(cut), ' y'];
      expect(mask.texts(parts)).toEqual(['x ***', '', ' y']);
    }
  });

  test('a text that was cut loses the beginning of a secret at its end', () => {
    expect(mask.cutText('see tok_5f2c9')).toBe('see ***');
    expect(mask.cutText('see tok_')).toBe('see tok_');
    expect(mask.cutText('tok_5f2c9aab77e1 and tok_5f2c9aab77e')).toBe('*** and ***');
  });

  test('bytes in pieces of any size are masked as the whole is', async () => {
    const whole = pairs.map(({ text }) => text).join(' | ');
    const bytes = Buffer.from(whole);
    const tally = createTally('K6 pieces of a stream');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 60 }), async (sizes) => {
        async function* pieces(): AsyncGenerator<Uint8Array> {
          for (let at = 0, n = 0; at < bytes.length; n += 1) {
            const size = sizes[n % sizes.length] ?? 1;
            yield bytes.subarray(at, (at += size));
          }
        }
        const out: Uint8Array[] = [];
        for await (const piece of mask.stream(pieces())) out.push(piece);
        tally.count(Buffer.concat(out).toString() === mask.text(whole), () => sizes.join(' '));
      }),
      { numRuns: 100 },
    );
    expectGood(tally, 100);
  });

  test('values that repeat themselves end, whatever their length', () => {
    const text = 'a'.repeat(1_000_000);
    expect(createMasker(['aaaaaa']).text(text)).toBe('***');
    expect(createMasker(['a'.repeat(60_000)]).text(text)).toBe('***');
    expect(createMasker([`${'a'.repeat(60_000)}b`]).text(text)).toBe('***');
    expect(createMasker([`${'ab'.repeat(30_000)}c`]).text('ab'.repeat(500))).toBe('***');
  });

  test('a long secret is found by its beginning, and masked as far as it goes on', () => {
    const long = Array.from({ length: 2_000 }, (_, n) => String.fromCharCode(97 + ((n * n + n) % 26))).join('');
    const mask1 = createMasker([long]);
    expect(mask1.text(`x ${long} y`)).toBe('x *** y');
    expect(mask1.text(`x ${long.slice(0, 1_000)}-y`)).toBe('x ***-y');
    expect(mask1.text(`x ${long.slice(0, 200)}-y`)).toBe(`x ${long.slice(0, 200)}-y`);
  });

  test('without secrets everything is as it was', () => {
    const value = { a: ['x'] };
    expect(createMasker([]).json(value)).toBe(value);
  });
});
