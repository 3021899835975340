/** Followers in a process of their own, as they are: `clients.ts <url> <count> <accounts> <messages each>`. Tells the parent when each message came. */
import { WebSocket } from 'ws';

/** [seq, monotonic time of the machine in ns as text] of every message. */
export type Arrivals = readonly (readonly [seq: number, at: string])[];

const [url = '', count = '', accounts = '', each = ''] = process.argv.slice(2);

async function main(): Promise<void> {
  const arrivals: (readonly [number, string])[] = [];
  const all = Number(count) * Number(each);
  const open = (n: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer acct${n % Number(accounts)}` };
      const socket = new WebSocket(url, { headers });
      socket.on('message', (data: Buffer) => {
        arrivals.push([Number(/"seq":(\d+)/.exec(data.toString())?.[1]), String(process.hrtime.bigint())]);
        if (arrivals.length === all) process.send?.({ arrivals });
      });
      socket.once('open', resolve).once('error', reject);
    });
  await Promise.all(Array.from({ length: Number(count) }, (_, n) => open(n)));
  process.send?.('ready');
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
