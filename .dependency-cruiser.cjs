/**
 * Which room may import which: the layers of docs/architecture.md, as rules. A violation names its rule.
 * @type {import('dependency-cruiser').IConfiguration}
 */

/** The rooms of the main process from top to bottom; a room imports only rooms below it. */
const layers = [
  { name: 'main', path: '^electron/(main|preload)[.]ts$' },
  { name: 'shell', path: '^electron/(ipc|desktop|demo|network|updates)/' },
  { name: 'engine', path: '^electron/engine[.]ts$' },
  { name: 'session', path: '^electron/session/' },
  { name: 'sync', path: '^electron/sync/' },
  { name: 'outbox', path: '^electron/outbox/' },
  { name: 'cache', path: '^electron/cache/' },
  { name: 'storage', path: '^electron/storage/' },
  { name: 'engine-api', path: '^electron/engine-api[.]ts$' },
];

/** Rooms that run in plain Node: tests and, one day, a worker use them as they are. */
const withoutElectron = '^electron/(engine(-api)?[.]ts$|session/|sync/|outbox/|cache/|storage/)';

/**
 * One module only may import a package.
 * @param {string} name
 * @param {string} pattern the package, as a path pattern
 * @param {string} from where the rule holds
 * @param {string} importer the one module, as a path pattern
 */
const singleImporter = (name, pattern, from, importer) => ({
  name: `single-importer-of-${name}`,
  severity: 'error',
  from: { path: from, pathNot: importer },
  to: { path: pattern },
});

/** @param {string} name */
const packageNamed = (name) => `(^|/)node_modules/${name}/`;

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-missing-modules', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'shared-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(electron|renderer|backend|tests|bench|scripts|resources)/' },
    },
    {
      name: 'shared-knows-no-platform',
      severity: 'error',
      from: { path: '^shared/' },
      to: { dependencyTypes: ['core'] },
    },
    ...['electron', 'renderer', 'backend'].map((room) => ({
      name: `${room}-imports-only-itself-and-shared`,
      severity: 'error',
      from: { path: `^${room}/` },
      to: { path: '^(electron|renderer|backend|tests|bench|scripts)/', pathNot: `^${room}/` },
    })),
    {
      name: 'renderer-knows-no-node',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    ...layers.slice(1).map(({ name, path }, index) => ({
      name: `${name}-imports-only-what-is-below`,
      severity: 'error',
      from: { path },
      to: {
        path: layers
          .slice(0, index + 1)
          .map((above) => above.path)
          .join('|'),
      },
    })),
    {
      name: 'preload-imports-only-shared',
      severity: 'error',
      from: { path: '^electron/preload[.]ts$' },
      to: { path: '^electron/' },
    },
    {
      name: 'engine-knows-no-electron',
      severity: 'error',
      from: { path: withoutElectron },
      to: { path: packageNamed('electron(-log|-updater)?') },
    },
    singleImporter(
      'socket-io-client',
      packageNamed('socket[.]io-client'),
      '^(electron|renderer|backend|shared)/',
      '^electron/sync/connection[.]ts$',
    ),
    singleImporter(
      'better-sqlite3',
      packageNamed('better-sqlite3'),
      '^(electron|renderer|shared)/',
      '^electron/storage/open[.]ts$',
    ),
    singleImporter(
      'zod',
      packageNamed('zod'),
      '^(electron|renderer|backend|shared|tests|bench)/',
      '^shared/schema[.]ts$',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(out|dist|[.]cache)/' },
    parser: 'swc',
    // Imports of types count: a type from the wrong room is knowledge of the wrong room.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
