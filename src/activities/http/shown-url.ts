const SECRET_NAME = /key|token|secret|passw|pwd|auth|sig|credential|session|code/i;

/** A URL for logs: without userinfo and fragment, values of parameters that sound secret masked. */
export const shownUrl = (url: URL): string => {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  shown.hash = '';
  for (const name of new Set(shown.searchParams.keys())) if (SECRET_NAME.test(name)) shown.searchParams.set(name, '***');
  return shown.href;
};
