/** Stands between a driver and its server and notes every command: what an operation costs, whoever sends it. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface MongoCommand {
  /** `insert`, `find`, … */
  readonly name: string;
  /** Empty for commands of no collection (`hello`, `ping`). */
  readonly collection: string;
}
export interface MongoCommands {
  /** For the driver, in place of the server's own URI. */
  readonly uri: string;
  /** In the order in which they were sent. */
  readonly sent: MongoCommand[];
  close(): Promise<void>;
}

const WRITES = ['insert', 'update', 'delete', 'findAndModify'];
export const isWrite = ({ name }: MongoCommand): boolean => WRITES.includes(name);
export const isRead = ({ name }: MongoCommand): boolean => ['find', 'count', 'aggregate', 'getMore', 'distinct'].includes(name);

const HEADER_BYTES = 16;
const OP_MSG = 2013;
/** Header, flags, the kind of the first section, the length of its document, the type of its first element. */
const FIRST_TYPE_AT = HEADER_BYTES + 4 + 1 + 4;
const BSON_STRING = 2;

/** The first element of an OP_MSG names the command, and its value the collection. */
const commandOf = (message: Buffer): MongoCommand | undefined => {
  if (message.readInt32LE(12) !== OP_MSG || message[HEADER_BYTES + 4] !== 0) return undefined;
  const nameEnd = message.indexOf(0, FIRST_TYPE_AT + 1);
  const name = message.toString('latin1', FIRST_TYPE_AT + 1, nameEnd);
  if (message[FIRST_TYPE_AT] !== BSON_STRING) return { name, collection: '' };
  const length = message.readInt32LE(nameEnd + 1);
  return { name, collection: message.toString('utf8', nameEnd + 5, nameEnd + 4 + length) };
};

/** @param serverUri a URI with one host; no TLS, no compression */
export async function watchMongo(serverUri: string): Promise<MongoCommands> {
  const target = new URL(serverUri);
  const sent: MongoCommand[] = [];
  const sockets = new Set<Socket>();

  const note = (): ((part: Buffer) => void) => {
    let waiting = Buffer.alloc(0);
    return (part) => {
      waiting = Buffer.concat([waiting, part]);
      while (waiting.length >= HEADER_BYTES && waiting.length >= waiting.readInt32LE(0)) {
        const command = commandOf(waiting.subarray(0, waiting.readInt32LE(0)));
        if (command !== undefined) sent.push(command);
        waiting = waiting.subarray(waiting.readInt32LE(0));
      }
    };
  };

  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ host: target.hostname, port: Number(target.port), noDelay: true });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    near.on('data', note());
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const uri = new URL(serverUri);
  uri.port = String((server.address() as AddressInfo).port);
  return {
    uri: uri.toString(),
    sent,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
