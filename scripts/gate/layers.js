/**
 * The dependency rule as data, downwards only. Each row: where it applies, the layers it may import (`types`: as types
 * only), and the packages that belong to it. What a row does not name is refused. ARCHITECTURE.md tells why.
 */

/** Every folder and file right below src. */
const LAYERS = [
  'flow',
  'crypto',
  'codec',
  'language',
  'egress',
  'store',
  'workflows',
  'activities',
  'projection',
  'worker',
  'service',
  'api',
  'engines',
  'bin',
  'config',
  'logger',
];

/** Of these layers others see one file: the port or the contract. */
const DOORS = { store: 'ports', workflows: 'contract', activities: 'contract', service: 'contract' };

const NODE = 'node:*';
const SERVICE = {
  layers: ['flow', 'language', 'store', 'workflows', 'projection', 'logger'],
  types: ['config'],
  doors: ['store', 'workflows'],
};

/**
 * @typedef {object} Layer
 * @property {string} files glob
 * @property {string} self the layer's own name
 * @property {string[]} layers others it may import
 * @property {string[]} [types] others it may import as types only
 * @property {string[]} [doors] of those, the ones of which it sees the door only
 * @property {string[]} packages what it may import from outside
 * @property {string[]} [typePackages] packages it may import as types only
 * @property {boolean} [clock] may read the clock (default true)
 * @property {boolean} [randomness] may draw random numbers (default true)
 */

/** @type {Layer[]} A later row wins over an earlier one for the files that both name. */
const RULES = [
  {
    files: 'src/flow/**',
    self: 'flow',
    layers: [],
    packages: ['@marcbachmann/cel-js', 're2js', '@noble/hashes'],
    clock: false,
    randomness: false,
  },
  {
    files: 'src/language/**',
    self: 'language',
    layers: ['flow'],
    packages: ['zod', 'yaml', 'ajv', 'ajv-formats', 're2js'],
    clock: false,
    randomness: false,
  },
  { files: 'src/egress/**', self: 'egress', layers: ['flow'], packages: [NODE, 'undici', 'ipaddr.js'] },
  { files: 'src/crypto/**', self: 'crypto', layers: ['flow'], types: ['config'], packages: [NODE] },
  {
    files: 'src/codec/**',
    self: 'codec',
    layers: ['flow', 'crypto', 'logger'],
    packages: [NODE, '@temporalio/common', '@temporalio/proto'],
  },
  { files: 'src/store/**', self: 'store', layers: ['flow', 'crypto', 'logger'], types: ['config'], packages: [NODE, 'ulid'] },
  {
    files: 'src/store/mongo/**',
    self: 'store',
    layers: ['flow', 'crypto', 'logger'],
    types: ['config'],
    packages: [NODE, 'mongoose'],
  },
  {
    files: 'src/workflows/**',
    self: 'workflows',
    layers: ['flow'],
    types: ['activities'],
    packages: ['@temporalio/workflow', '@temporalio/common'],
    randomness: false,
  },
  {
    files: 'src/activities/**',
    self: 'activities',
    layers: ['flow', 'language', 'egress', 'store', 'logger'],
    types: ['workflows', 'config'],
    doors: ['store', 'workflows'],
    packages: [
      NODE,
      'zod',
      'jsonata',
      'nodemailer',
      're2js',
      'quickjs-emscripten-core',
      '@jitl/quickjs-wasmfile-release-sync',
      '@temporalio/activity',
      '@temporalio/common',
    ],
  },
  {
    files: 'src/projection/**',
    self: 'projection',
    layers: ['flow', 'store', 'workflows', 'logger'],
    types: ['config'],
    doors: ['store', 'workflows'],
    packages: [NODE],
    typePackages: ['@temporalio/proto'],
  },
  {
    files: 'src/worker/**',
    self: 'worker',
    layers: ['flow', 'workflows', 'logger'],
    types: ['activities', 'projection', 'config'],
    doors: ['workflows', 'activities'],
    packages: [NODE, '@temporalio/worker', '@temporalio/common'],
    typePackages: ['@temporalio/workflow', '@temporalio/proto'],
  },
  {
    files: 'src/service/**',
    self: 'service',
    ...SERVICE,
    packages: [NODE, 'zod', 'ulid', 'jsonwebtoken', 'ipaddr.js', '@node-rs/argon2'],
  },
  {
    files: 'src/service/temporal/**',
    self: 'service',
    ...SERVICE,
    packages: [NODE, '@temporalio/client', '@temporalio/common', '@temporalio/proto'],
  },
  {
    files: 'src/api/**',
    self: 'api',
    layers: ['flow', 'service', 'logger'],
    types: ['config'],
    doors: ['service'],
    packages: [
      NODE,
      'koa',
      '@koa/router',
      '@koa/bodyparser',
      'koa-helmet',
      'helmet',
      'zod',
      '@asteasolutions/zod-to-openapi',
      'swagger-ui-dist',
      'ulid',
      'ws',
    ],
  },
  {
    files: 'src/engines/**',
    self: 'engines',
    layers: ['flow', 'logger'],
    types: ['config'],
    packages: [NODE, 'mongodb-memory-server-core', '@temporalio/client', '@temporalio/common', '@temporalio/proto'],
  },
  { files: 'src/config.ts', self: 'config', layers: [], packages: [NODE, 'zod'] },
  { files: 'src/logger.ts', self: 'logger', layers: [], types: ['config'], packages: [NODE, 'pino'] },
];

module.exports = { LAYERS, DOORS, RULES };
