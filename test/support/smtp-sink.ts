/** A mail server for tests: takes everything, or answers what the test says. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

export interface SinkMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and content as they were sent. */
  readonly source: string;
}
export interface SmtpSink {
  readonly url: string;
  readonly mails: readonly SinkMail[];
  /** Answers the next commands that begin with `verb` so, e.g. `550 no`; undefined: as a good server does. */
  answer(verb: string, reply: string | undefined): void;
  close(): Promise<void>;
}

export const startSmtpSink = async (): Promise<SmtpSink> => {
  const mails: SinkMail[] = [];
  const answers = new Map<string, string>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    let from = '';
    let to: string[] = [];
    let source: string | undefined;
    let buffered = '';
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    const take = (line: string): void => {
      const verb = line.split(/[ :]/, 1)[0]?.toUpperCase() ?? '';
      const said = answers.get(verb);
      if (said !== undefined) return say(said);
      if (verb === 'EHLO') return say('250 sink');
      if (verb === 'MAIL') from = /<(.*?)>/.exec(line)?.[1] ?? '';
      if (verb === 'RCPT') to.push(/<(.*?)>/.exec(line)?.[1] ?? '');
      if (verb === 'DATA') {
        source = '';
        return say('354 go on');
      }
      say(verb === 'QUIT' ? '221 bye' : '250 ok');
    };
    say('220 sink');
    socket.on('data', (bytes) => {
      buffered += bytes.toString('utf8');
      for (let end = buffered.indexOf('\r\n'); end >= 0; end = buffered.indexOf('\r\n')) {
        const line = buffered.slice(0, end);
        buffered = buffered.slice(end + 2);
        if (source === undefined) take(line);
        else if (line === '.') {
          mails.push({ from, to, source });
          [to, source] = [[], undefined];
          say('250 taken');
        } else source += `${line}\r\n`;
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mails,
    answer: (verb, reply) => void (reply === undefined ? answers.delete(verb) : answers.set(verb, reply)),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};
