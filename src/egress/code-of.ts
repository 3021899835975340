/** The `code` of an error of Node or undici, '' without one. By shape: instanceof fails across realms. */
export const codeOf = (error: unknown): string => {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
};
