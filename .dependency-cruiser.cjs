// The directions of the house. A room may import only rooms that stand above it in its list; `test/house/floors.test.ts` plants a
// breach of each rule and sees it found.

const libraryRooms = ['errors', 'encoding', 'containers', 'keys', 'jwt', 'rules', 'profiles', 'protocol', 'client', 'node']
const serverRooms = [
  'store',
  'log',
  'http',
  'limits',
  'remoteKeys',
  'clients',
  'tokens',
  'rehearsal',
  'context',
  'routing',
  'guard',
  'servers',
  'authenticate',
  'upkeep',
  'endpoints',
  'admin',
  'openapi',
  'seed',
  'app',
  'listen',
  'testing',
]
const libraryRoomsOfServer = ['encoding', 'keys', 'jwt', 'rules', 'profiles', 'protocol']

const library = '^packages/pkjwt/src'
const server = '^packages/server/src'
const page = '^packages/page/src'
const cli = '^packages/cli/src'
const tests = '\\.(test|testing)\\.tsx?$'
const libraryFaces = `${library}/(index|errors|(${libraryRooms.slice(1).join('|')})/index)\\.ts$`

/** A room is a folder, or one file at the top of `src`. */
const libraryRoom = (name) => `${library}/${name}(/|\\.ts$|\\.test\\.ts$)`

const serverRoom = (name) => `${server}/${name}(/|\\.ts$|\\.test\\.ts$)`

/** One rule a room: nothing that stands below it. Its tests may: a rule is tested with the profiles that hold its limits. */
function floors(packageName, rooms, pathOf) {
  return rooms.slice(0, -1).map((room, index) => ({
    name: `${packageName}-floor-${room}`,
    comment: `"${room}" stands above ${rooms.slice(index + 1).join(', ')}: move what it needs from there up, or the importer down.`,
    severity: 'error',
    from: { path: pathOf(room), pathNot: tests },
    to: { path: rooms.slice(index + 1).map(pathOf) },
  }))
}

module.exports = {
  forbidden: [
    ...floors('library', libraryRooms, libraryRoom),
    {
      name: 'library-face-without-node',
      comment: 'import "pkjwt" works in browsers: what needs Node is had from pkjwt/node.',
      severity: 'error',
      from: { path: `${library}/index\\.ts$` },
      to: { path: libraryRoom('node') },
    },
    {
      name: 'library-node-modules',
      comment: 'The library runs in browsers: only node/ and *.node.ts import modules of Node.',
      severity: 'error',
      from: { path: library, pathNot: [libraryRoom('node'), '\\.node\\.ts$', tests] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'library-crypto-by-condition',
      comment: 'Which cryptography is used is chosen by the condition behind #crypto, never by naming one of the two files.',
      severity: 'error',
      from: { path: library, pathNot: tests },
      to: { path: `${library}/keys/crypto\\.(node|web)\\.ts$`, dependencyTypesNot: ['aliased'] },
    },
    {
      name: 'library-no-dependencies',
      comment: 'pkjwt has no runtime dependencies.',
      severity: 'error',
      from: { path: library, pathNot: tests },
      to: { path: 'node_modules/' },
    },
    {
      name: 'library-alone',
      comment: 'pkjwt knows nothing of what is built on it.',
      severity: 'error',
      from: { path: library },
      to: { path: '^packages/(?!pkjwt/)' },
    },
    {
      name: 'face-not-inside',
      comment: 'A face is for those outside: inside the package, import the file that has what you need.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/src', pathNot: ['^packages/[^/]+/src/index\\.ts$', tests] },
      to: { path: '^packages/$1/src/(index|[^/]+/index)\\.ts$' },
    },
    ...floors('server', serverRooms, serverRoom),
    {
      name: 'server-library-rooms',
      comment: `The server imports from pkjwt only errors and the faces of ${libraryRoomsOfServer.join(', ')}.`,
      severity: 'error',
      from: { path: server, pathNot: tests },
      to: { path: '^packages/pkjwt/', pathNot: `${library}/(errors|(${libraryRoomsOfServer.join('|')})/index)\\.ts$` },
    },
    {
      name: 'server-alone',
      comment: 'The server knows neither the command line nor the page.',
      severity: 'error',
      from: { path: server },
      to: { path: '^packages/(?!pkjwt/|server/)' },
    },
    {
      name: 'server-declared-dependencies',
      comment: 'What the published server imports stands in its own package.json.',
      severity: 'error',
      from: { path: server, pathNot: tests },
      to: { path: 'node_modules/', dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'page-only-library',
      comment: 'The page imports the faces of pkjwt, and no other package of the house.',
      severity: 'error',
      from: { path: page, pathNot: tests },
      to: { path: '^packages/(?!page/)', pathNot: libraryFaces },
    },
    {
      name: 'page-in-browser',
      comment: 'The page runs in a browser: it imports neither modules of Node nor pkjwt/node.',
      severity: 'error',
      from: { path: page, pathNot: tests },
      to: { path: [libraryRoom('node'), '^(node:|fs$|path$|crypto$)'] },
    },
    {
      name: 'cli-only-library-and-server',
      comment: 'The command line imports the faces of pkjwt, and loads @pkjwt/server.',
      severity: 'error',
      from: { path: cli, pathNot: tests },
      to: {
        path: '^packages/(?!cli/)',
        pathNot: [
          libraryFaces,
          '^packages/pkjwt/package\\.json$',
          `${server}/(index|testing)\\.ts$`,
          '^packages/server/package\\.json$',
        ],
      },
    },
    {
      name: 'cli-server-dynamically',
      comment:
        '@pkjwt/server may be absent: the command line loads it with import() where a command needs it. Its types cost nothing.',
      severity: 'error',
      from: { path: cli, pathNot: tests },
      to: { path: '^packages/server/', dynamic: false, dependencyTypesNot: ['type-only', 'type-import'] },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that import each other are one file, or three.',
      severity: 'error',
      from: { pathNot: cli },
      to: { circular: true },
    },
    {
      name: 'no-cycles',
      comment:
        'As elsewhere; but what a command line loads with import(), only when it is needed, may use what is there already.',
      severity: 'error',
      from: { path: cli },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['dynamic-import'] } },
    },
    {
      name: 'no-orphans',
      comment: 'Nobody imports this file and it imports nobody: delete it or put it to use.',
      severity: 'error',
      from: {
        orphan: true,
        path: '^packages/[^/]+/src',
        pathNot: [tests, '\\.d\\.ts$', `${library}/keys/crypto\\.web\\.ts$`, '/index\\.ts$'],
      },
      to: {},
    },
    {
      name: 'no-unresolvable',
      comment: 'An import that cannot be followed cannot be checked.',
      severity: 'error',
      from: {},
      // Node 20 has no node:sqlite; the opener of the store looks for it at run time.
      to: { couldNotResolve: true, pathNot: '^(node:)?sqlite$' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^packages/[^/]+/dist/', '^test/runtimes/'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
}
