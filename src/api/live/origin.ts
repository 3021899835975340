import { RepriseError } from '../../flow';

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** The origins whose pages may open sockets: the service's own, on this machine under each of its names. Never what Host says. */
export const ownOrigins = (publicUrl: string): ReadonlySet<string> => {
  const { protocol, hostname, port, origin } = new URL(publicUrl);
  if (!LOOPBACK.includes(hostname)) return new Set([origin]);
  return new Set(LOOPBACK.map((name) => `${protocol}//${name}${port === '' ? '' : `:${port}`}`));
};

/** Browsers send an Origin, and no page can change it; other clients send none. Throws forbidden. */
export const assertOrigin = (origin: string | undefined, own: ReadonlySet<string>): void => {
  if (origin === undefined || own.has(origin)) return;
  throw new RepriseError(
    'forbidden',
    'Pages of another origin may not connect here: open the connection from a page of PUBLIC_URL, or without a browser.',
  );
};
