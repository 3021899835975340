/** The few calls of the HTTP API that running an example takes. */
'use strict';

/**
 * @typedef {object} Execution
 * @property {string} id
 * @property {string} status
 * @property {string} state
 * @property {unknown} [result]
 * @property {string} [error]
 */
/** @typedef {ReturnType<typeof createApi>} Api */

/**
 * Logs in.
 * @param {string} base @param {{ username: string, password: string }} credentials
 */
async function logIn(base, credentials) {
  const { token } = await send(base, undefined, 'POST', '/api/v1/auth/login', credentials);
  return createApi(base, String(token));
}

/** @param {string} base URL without a trailing slash @param {string} token */
function createApi(base, token) {
  /** @param {string} method @param {string} path @param {unknown} [body] */
  const call = (method, path, body) => send(base, token, method, path, body);
  return {
    /**
     * Saves a definition under its name: a new flow, or a new version of the one that has the name.
     * @param {string} name @param {string} definition @returns {Promise<string>} the id
     */
    async save(name, definition) {
      for (let offset = 0; ; offset += 100) {
        const { flows, total } = await call('GET', `/api/v1/flows?limit=100&offset=${offset}`);
        const found = flows.find((/** @type {{ name: string }} */ flow) => flow.name === name);
        if (found !== undefined) {
          const stored = await call('GET', `/api/v1/flows/${found.id}`);
          if (stored.definition !== definition) await call('PUT', `/api/v1/flows/${found.id}`, { name, definition });
          return found.id;
        }
        if (offset + 100 >= total) break;
      }
      return (await call('POST', '/api/v1/flows', { name, definition, tags: ['example'] })).id;
    },
    /** Starts a run and waits for its end up to `seconds`. @param {string} flow @param {unknown} input @param {number} seconds @returns {Promise<Execution>} */
    async run(flow, input, seconds) {
      const started = await call('POST', `/api/v1/flows/${flow}/run?wait=${seconds}`, { input });
      return { id: started.execution_id, ...started };
    },
    /** @param {string} id @param {number} seconds @returns {Promise<Execution>} */
    async get(id, seconds) {
      return call('GET', `/api/v1/executions/${id}?wait=${seconds}`);
    },
    /** @param {string} id @param {{ name: string, key: string, data: unknown }} event @returns {Promise<string>} what became of it */
    async deliver(id, { name, key, data }) {
      return (await call('POST', `/api/v1/executions/${id}/events/${name}`, { key, data })).outcome;
    },
  };
}

/** @param {string} base @param {string | undefined} token @param {string} method @param {string} path @param {unknown} [body] */
async function send(base, token, method, path, body) {
  const response = await fetch(`${base}${path}`, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}

module.exports = { logIn };
