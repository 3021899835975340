/**
 * The page docs/access.md, made of what the routes declare.
 * @typedef {import('../../src/api/route').Route} Route
 * @typedef {import('../../src/flow').Role} Role
 * @typedef {import('../../src/flow').Scope} Scope
 * @typedef {{ readonly ROLES: readonly Role[], readonly SCOPES: readonly Scope[], readonly SCOPES_OF: Readonly<Record<Role, readonly Scope[]>> }} Words
 */

/**
 * A Markdown table with columns of even width.
 * @param {readonly (readonly string[])[]} rows the first one is the head
 */
function toTable(rows) {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (/** @type {readonly string[]} */ cells) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

const mark = (/** @type {boolean} */ may) => (may ? 'yes' : '–');
const code = (/** @type {string} */ text) => `\`${text}\``;

/** @param {Route} route @param {Words} words @returns {string[]} */
function toRow({ method, path, access }, { ROLES, SCOPES_OF }) {
  const name = code(`${method.toUpperCase()} ${path}`);
  if (access === 'public') return [name, 'public', ...ROLES.map(() => 'yes'), '–'];
  if (access === 'session' || access === 'refresh') return [name, access, ...ROLES.map(() => 'yes'), '–'];
  if (access === 'self') return [name, 'self', ...ROLES.map(() => 'yes'), code('accounts:admin')];
  return [name, code(access), ...ROLES.map((role) => mark(SCOPES_OF[role].includes(access))), code(access)];
}

/**
 * @param {readonly Route[]} routes
 * @param {Words} words
 */
function renderAccessPage(routes, words) {
  const { ROLES, SCOPES, SCOPES_OF } = words;
  const scopes = SCOPES.map((scope) => [code(scope), ...ROLES.map((role) => mark(SCOPES_OF[role].includes(scope)))]);
  const ordered = [...routes].sort((a, b) => (`${a.path} ${a.method}` < `${b.path} ${b.method}` ? -1 : 1));
  return `# Access

Made of what the routes declare, by \`npm run access\`; a test asks every route with every role and every scope and compares
the answers with this page. Other things that hold for all routes are in [HTTP API](http-api.md).

## Roles and scopes

An account has the scopes of its role. An API key has those that it was given, as far as its account has them at the moment of the
request.

${toTable([['scope', ...ROLES], ...scopes])}

\`accounts:admin\` is as good as everything: who administers accounts can make one of any role.

## Routes

Each route asks for exactly one thing:

- a scope;
- \`session\`: a log-in session of any role, no API key;
- \`self\`: a log-in session, which reaches its own account, or the scope \`accounts:admin\`, which reaches every account of the
  workspace. Roles and groups are changed with \`accounts:admin\` only;
- \`refresh\`: a bearer of a live session, or a refresh token in the body;
- \`public\`: nothing.

Accounts, API keys and secrets are for the account that has them, and with \`accounts:admin\` for others of the workspace: 403 inside
the workspace, 404 outside. The columns of roles are for log-in sessions; the last one is the scope that an API key needs.

${toTable([['route', 'asks for', ...ROLES, 'API key'], ...ordered.map((route) => toRow(route, words))])}
`;
}

module.exports = { renderAccessPage };
