/**
 * The world around the examples: a shop that is not always well, and a receiver of webhooks. One loopback server.
 */
'use strict';
const http = require('node:http');

/**
 * @typedef {object} Reply
 * @property {number} status
 * @property {unknown} body sent as JSON
 */
/**
 * @typedef {object} Services
 * @property {string} url without a trailing slash
 * @property {number} port
 * @property {Map<string, unknown[]>} received bodies of the webhooks by the name of their hook
 * @property {() => Promise<void>} close
 */

/** @type {Readonly<Record<string, number>>} */
const PRICES = { cup: 4.5, plate: 8, bowl: 6.5, spoon: 1.25 };
/** @type {Readonly<Record<string, number>>} */
const SHIPPING = { NO: 9.5, DE: 4.9 };
const TRIES_THAT_FAIL = 2;

/** @returns {(method: string, url: URL, key: string, body: Record<string, unknown>) => Reply} */
function createShop() {
  /** @type {Map<string, number>} */
  const tries = new Map();
  return (method, url, key, body) => {
    const [, , what = '', id = ''] = url.pathname.split('/').map(decodeURIComponent);
    switch (`${method} ${what}`) {
      case 'GET orders': {
        // Counted by Idempotency-Key: the tries of one node run share it, another run has its own.
        const count = (tries.get(key) ?? 0) + 1;
        tries.set(key, count);
        if (count <= TRIES_THAT_FAIL) return { status: 503, body: { error: `not now (try ${count})` } };
        return { status: 200, body: { id, customer: 'c-7', total: 250 } };
      }
      case 'GET discounts':
        return { status: 404, body: { error: `no discount for ${id}` } };
      case 'POST invoices':
        return { status: 201, body: { number: `INV-${String(body['orderId'])}`, amount: body['amount'] } };
      case 'GET prices':
        return id in PRICES
          ? { status: 200, body: { sku: id, price: PRICES[id] } }
          : { status: 404, body: { error: 'no such article' } };
      case 'GET shipping':
        return { status: 200, body: { price: SHIPPING[url.searchParams.get('country') ?? ''] ?? 25 } };
      default:
        return { status: 404, body: { error: 'no such thing in this shop' } };
    }
  };
}

/** @param {http.IncomingMessage} request @returns {Promise<unknown>} */
async function readJson(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const text = Buffer.concat(parts).toString('utf8');
  return text === '' ? {} : JSON.parse(text);
}

/**
 * @param {{ port?: number }} [options] port 0 (the default) takes a free one
 * @returns {Promise<Services>}
 */
async function startServices({ port = 0 } = {}) {
  const shop = createShop();
  /** @type {Map<string, unknown[]>} */
  const received = new Map();
  /** @param {http.IncomingMessage} request @returns {Promise<Reply>} */
  const answer = async (request) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const method = request.method ?? 'GET';
    const [, place = '', name = ''] = url.pathname.split('/').map(decodeURIComponent);
    if (place === 'shop') {
      const body = /** @type {Record<string, unknown>} */ (await readJson(request));
      return shop(method, url, String(request.headers['idempotency-key']), body);
    }
    if (place === 'hooks' && method === 'POST') {
      const bodies = received.get(name) ?? [];
      received.set(name, [...bodies, await readJson(request)]);
      return { status: 202, body: { received: bodies.length + 1 } };
    }
    return { status: 404, body: { error: 'nothing here' } };
  };
  const server = http.createServer((request, response) => {
    answer(request)
      .catch(() => ({ status: 400, body: { error: 'not JSON' } }))
      .then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      })
      .catch(() => response.destroy());
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(undefined));
  });
  const bound = /** @type {import('node:net').AddressInfo} */ (server.address()).port;
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    received,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

module.exports = { startServices };
