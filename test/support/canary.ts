/** Looks for values that must be nowhere, in all the forms in which they may lie. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTally, expectGood, type Tally } from './tally';

/** K1: plain, JSON-escaped, url-encoded, hex, base64 at three offsets. */
const formsOf = (secret: string): Readonly<Record<string, string>> => {
  const bytes = Buffer.from(secret);
  const base64At = (offset: number): string =>
    Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
  return {
    plain: secret,
    json: JSON.stringify(secret).slice(1, -1),
    url: encodeURIComponent(secret),
    hex: bytes.toString('hex'),
    base64: base64At(0),
    'base64 at 1': base64At(1),
    'base64 at 2': base64At(2),
  };
};

/** Every file below a folder, as Latin-1: what is UTF-8 in it is searched as its bytes. */
export const filesBelow = async (folder: string): Promise<readonly { readonly name: string; readonly text: string }[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.map(async (name) => ({ name, text: (await readFile(name)).toString('latin1') })));
};

/** Counts every form of every secret in every text. */
export const createCanary = (name: string, secrets: readonly string[]) => {
  const tally: Tally = createTally(name);
  const needles = secrets.flatMap((secret) =>
    Object.entries(formsOf(secret)).map(([form, text]) => ({ form, text, bytes: Buffer.from(text).toString('latin1'), secret })),
  );
  return {
    search(place: string, text: string): void {
      for (const { form, text: wanted, bytes, secret } of needles)
        tally.count(!text.includes(wanted) && !text.includes(bytes), () => `${place}: ${form} of ${secret.slice(0, 12)}…`);
    },
    expectNone: (atLeast: number): void => expectGood(tally, atLeast),
  };
};
