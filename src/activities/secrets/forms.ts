/** In what texts a secret may come back: services echo what they were sent as they decoded or encoded it. */
import { SHORTEST_SECRET, type Json } from '../../flow';

/** Every form of every secret, the secrets themselves included. */
export const formsOf = (secrets: readonly string[]): readonly string[] => {
  const forms = new Set<string>();
  for (const secret of secrets) {
    for (const text of [secret, secret.trim(), ...credentialsIn(secret), ...longestOf(leavesOf(secret))])
      if (isLongEnough(text)) for (const form of encodingsOf(text)) forms.add(form);
    for (const line of longestOf(secret.split(/\r?\n/))) forms.add(line.trim());
  }
  return [...forms].filter(isLongEnough);
};

/** Parts of one secret that are looked for by themselves. */
const MOST_PARTS = 100;
const longestOf = (parts: readonly string[]): readonly string[] =>
  parts.toSorted((a, b) => b.length - a.length).slice(0, MOST_PARTS);

const isLongEnough = (text: string): boolean => text.length >= SHORTEST_SECRET;

/** A secret that is a whole header value: the token after the scheme, and the password inside `Basic`. */
const credentialsIn = (secret: string): string[] => {
  const [, scheme = '', token] = /^\s*([A-Za-z][A-Za-z0-9-]*)\s+(\S+)\s*$/.exec(secret) ?? [];
  if (token === undefined) return [];
  if (scheme.toLowerCase() !== 'basic') return [token];
  const pair = Buffer.from(token, 'base64').toString('utf8');
  return [token, pair.slice(pair.indexOf(':') + 1)];
};

/** A secret that is JSON: a service that parses it answers its members one by one. */
const leavesOf = (secret: string): string[] => {
  if (!/^\s*[[{]/.test(secret)) return [];
  try {
    const found: string[] = [];
    const visit = (value: Json): void => {
      if (typeof value === 'string') found.push(value);
      else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit);
    };
    visit(JSON.parse(secret) as Json);
    return found;
  } catch {
    return [];
  }
};

const encodingsOf = (text: string): string[] => {
  const bytes = Buffer.from(text);
  const base64 = [0, 1, 2].flatMap((offset) => base64At(bytes, offset));
  return [
    text,
    ...jsonOf(text),
    htmlOf(text),
    ...[...urlsOf(text), ...base64.map(encodeURIComponent)].flatMap((one) => [one, withLowerEscapes(one)]),
    ...base64,
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
  ];
};

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);
const toAscii = (text: string, hex: (code: string) => string): string =>
  text.replaceAll(/[\u0080-\uffff]/g, (char) => `\\u${hex(char.charCodeAt(0).toString(16).padStart(4, '0'))}`);

/** Once and twice, with and without what some writers escape more: slashes, all that is not ASCII. */
const jsonOf = (text: string): string[] => {
  const once = escaped(text);
  const lower = toAscii(once, (code) => code);
  const upper = toAscii(once, (code) => code.toUpperCase());
  return [once, once.replaceAll('/', '\\/'), lower, lower.replaceAll('/', '\\/'), upper, escaped(once)];
};

const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const htmlOf = (text: string): string => text.replaceAll(/[&<>"']/g, (char) => HTML[char] ?? char);

/** As a component, a form value, and what the URL parser makes of a query and of a path; once more for links in links. */
const urlsOf = (text: string): string[] => {
  const url = new URL('http://host/');
  const whole = text.replaceAll(/\p{Surrogate}/gu, '\ufffd');
  url.search = whole;
  url.pathname = whole;
  const component = encodeURIComponent(whole);
  const strict = component.replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = new URLSearchParams({ v: whole }).toString().slice(2);
  return [component, strict, form, url.search.slice(1), url.pathname.slice(1), encodeURI(whole), encodeURIComponent(component)];
};
const withLowerEscapes = (text: string): string => text.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());

/** The characters of base64 that these bytes alone decide when `offset` other bytes (of every three) stand before them. */
const base64At = (bytes: Buffer, offset: number): string[] => {
  const first = Math.ceil((offset * 8) / 6);
  const end = Math.floor(((offset + bytes.length) * 8) / 6);
  const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
  return [padded.toString('base64').slice(first, end), padded.toString('base64url').slice(first, end)];
};
