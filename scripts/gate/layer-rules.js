const { LAYERS, DOORS, RULES } = require('./layers');

/** Reaches one of these from `files`: a file right below src has them beside it, a folder has them above. */
const reaching = (files, names) => `^${files.endsWith('.ts') ? '\\./' : '(?:\\.\\./)+'}(?:${names.join('|')})(?:/|$)`;

/** All but the door: regular expressions of the linter know no look-ahead, so "not this word" is spelled letter by letter. */
function behindDoor(layer) {
  const word = DOORS[layer];
  const other = [...word].map((letter, at) => `${word.slice(0, at)}[^${letter}]`).join('|');
  return `^(?:\\.\\./)+${layer}(?:$|/(?:${other}|${word}.))`;
}

const escape = (text) => text.replaceAll('.', '\\.');

/** Refuses every package but these. It must be the last pattern: an import that it lets through is checked no further. */
function onlyPackages(packages, message) {
  const allowed = packages.flatMap((name) => [
    ...(name.startsWith('@') ? [`!${name.split('/')[0]}`] : []),
    `!${name}`,
    `!${name}/**`,
  ]);
  return { group: ['*', '!.*', '!.*/**', ...new Set(allowed)], message };
}

function imports({ files, self, layers, types = [], doors = [], packages, typePackages = [] }) {
  const mine = layers.length === 0 ? 'no other layer' : layers.join(', ');
  const rule = `${files} may import ${mine}${types.length === 0 ? '' : `, and as types ${types.join(', ')}`}`;
  const refused = LAYERS.filter((name) => name !== self && !layers.includes(name) && !types.includes(name));
  return [
    { regex: reaching(files, refused), message: `Dependencies go downwards only: ${rule}.` },
    ...(types.length === 0 ? [] : [{ regex: reaching(files, types), allowTypeImports: true, message: `Types only: ${rule}.` }]),
    ...doors.map((name) => ({ regex: behindDoor(name), message: `Of ${name} only ${name}/${DOORS[name]} is for others.` })),
    ...(typePackages.length === 0
      ? []
      : [{ regex: `^(?:${typePackages.map(escape).join('|')})(?:/|$)`, allowTypeImports: true, message: 'As types only.' }]),
    onlyPackages([...packages, ...typePackages], `Not a package of this layer: scripts/gate/layers.js lists those of ${files}.`),
  ];
}

const HOST = ['process', 'Buffer', 'require', '__dirname', 'Temporal'];
const EFFECTS = [
  'console',
  'fetch',
  'performance',
  'crypto',
  'globalThis',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
];
const banned = (names, message) => ['error', ...names.map((name) => ({ name, message }))];

const ENVIRONMENT = {
  object: 'process',
  property: 'env',
  message: 'src/config.ts is the only reader of the environment: take what you need as a parameter.',
};
const CLOCK = { object: 'Date', property: 'now', message: 'No clock here: the time is a parameter.' };
const RANDOMNESS = { object: 'Math', property: 'random', message: 'No randomness here: derive it from the run (X2).' };

function properties({ self, clock = true, randomness = true }) {
  return [...(self === 'config' ? [] : [ENVIRONMENT]), ...(clock ? [] : [CLOCK]), ...(randomness ? [] : [RANDOMNESS])];
}

function globals(self) {
  if (self === 'flow') return banned([...HOST, ...EFFECTS], 'src/flow is pure: no clock, no randomness, no host.');
  // Timers and the console of the sandbox are Temporal's own; its native `Temporal` global is not made deterministic.
  if (self === 'workflows') return banned(HOST, 'The workflow sandbox has no host.');
  return undefined;
}

/** @returns linter overrides, one per row of the layer table */
function layerOverrides() {
  const base = { files: ['src/**'], rules: { 'no-restricted-properties': ['error', ENVIRONMENT] } };
  const uuid = { name: '@temporalio/workflow', importNames: ['uuid4'], message: 'Ids come from the run (X2).' };
  return [
    base,
    ...RULES.map((layer) => {
      const paths = layer.self === 'workflows' ? [uuid] : [];
      const restrictedProperties = properties(layer);
      const restrictedGlobals = globals(layer.self);
      return {
        files: [layer.files],
        rules: {
          'no-restricted-imports': ['error', { paths, patterns: imports(layer) }],
          'no-restricted-properties': restrictedProperties.length === 0 ? 'off' : ['error', ...restrictedProperties],
          ...(restrictedGlobals && { 'no-restricted-globals': restrictedGlobals }),
        },
      };
    }),
  ];
}

module.exports = { layerOverrides };
