/** Stored JSON text back to its value. What we read is what an adapter wrote: the caller names the type that the row promises. */
export const fromText = (text: string): unknown => JSON.parse(text);
export const fromOptionalText = (text: string | null | undefined): unknown =>
  text === undefined || text === null ? undefined : fromText(text);
export const toText = (value: unknown): string => JSON.stringify(value);

/** The member of a document, or none, for optional members of domain types. */
export const optional = <Name extends string, T>(name: Name, value: T | null | undefined): { readonly [N in Name]?: T } =>
  (value === undefined || value === null ? {} : { [name]: value }) as { readonly [N in Name]?: T };

/**
 * A static node path as a name that is safe in documents and update paths: no dot, no dollar, and a first letter that keeps
 * `__proto__` (a legal node id) an ordinary name.
 */
export const toMemberName = (path: string): string =>
  `n${path.replaceAll(/[%.$\0]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`)}`;
export const fromMemberName = (name: string): string =>
  name.slice(1).replaceAll(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/** All ids that begin with `prefix`: a range, which every index on `_id` serves. */
export const idRange = (prefix: string): { readonly $gte: string; readonly $lt: string } => ({
  $gte: prefix,
  $lt: `${prefix}\u{10FFFF}`,
});
