/** Text of HTML that was escaped, or written here. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
type Part = string | number | Html | readonly Html[];

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Fit for the content of an element and for a value in quotes. Characters that HTML cannot hold become U+FFFD. */
const escape = (text: string): string =>
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  text.replaceAll(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g, '\ufffd').replaceAll(/[&<>"']/g, (found) => ESCAPES[found] ?? '');

const rendered = (part: Part): string => {
  if (typeof part === 'string' || typeof part === 'number') return escape(String(part));
  return part instanceof Html ? part.text : part.map(({ text }) => text).join('');
};

/** A piece of a page: whatever is put in is escaped unless it is such a piece. */
export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(texts.map((text, index) => text + (index < parts.length ? rendered(parts[index] ?? '') : '')).join(''));
export const NOTHING = html``;
