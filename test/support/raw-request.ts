import { request } from 'node:http';

export interface RawReply {
  readonly status: number;
  readonly text: string;
}

/** Sends the path exactly as it is: `fetch` would tidy up dots, slashes and fragments first. */
export async function rawRequest(
  port: number,
  options: {
    readonly method: string;
    readonly path: string;
    readonly headers?: Record<string, string>;
    readonly body?: Buffer | string;
  },
): Promise<RawReply> {
  const { method, path, headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
