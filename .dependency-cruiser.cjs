const core = 'collector/(contract|agents|rules|pipeline)';
const edges = 'discovery|sources|store|report|actions|health|ipc';

/** Who may import whom, and why. Checked by `npm run layers`. */
module.exports = {
  forbidden: [
    {
      name: 'no-cycle',
      severity: 'error',
      comment: 'A cycle means two files are one thought; put what both need below them.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'core-is-pure',
      severity: 'error',
      comment: 'The core gets facts as arguments; it never touches files, clocks, processes or the network.',
      from: { path: `^${core}/` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'core-knows-no-edge',
      severity: 'error',
      comment: 'The core must not know who calls it.',
      from: { path: `^${core}/` },
      to: { path: `^collector/(${edges}|platform|lib|cli)/|^collector/[^/]+\\.ts$` },
    },
    {
      name: 'contract-stands-alone',
      severity: 'error',
      comment: 'The contract is what everybody else may know; it knows nobody.',
      from: { path: '^collector/contract/' },
      to: { path: '^collector/(?!contract/)' },
    },
    {
      name: 'agents-and-rules-know-the-contract',
      severity: 'error',
      comment: 'Catalogs are data over the contract; the engine reads them, not the other way round.',
      from: { path: '^collector/(agents|rules)/' },
      to: { path: '^collector/(?!contract/|agents/|rules/)' },
    },
    {
      name: 'agents-are-independent',
      severity: 'error',
      comment: 'Shared shape goes to spec.ts, shared code to shared/.',
      from: { path: '^collector/agents/([^/]+)/', pathNot: '^collector/agents/shared/' },
      to: {
        path: '^collector/agents/([^/]+)/',
        pathNot: ['^collector/agents/$1/', '^collector/agents/shared/'],
      },
    },
    {
      name: 'edges-are-independent',
      severity: 'error',
      comment: 'Each edge declares the small interface it needs; collector.ts joins them.',
      from: { path: `^collector/(${edges})/` },
      to: { path: `^collector/(${edges})/`, pathNot: '^collector/$1/' },
    },
    {
      name: 'edges-know-no-root',
      severity: 'error',
      comment: 'The composition root and the CLI are on top.',
      from: { path: `^collector/(${edges}|platform|lib)/` },
      to: { path: '^collector/(cli/|[^/]+\\.ts$)' },
    },
    {
      name: 'window-knows-the-contract',
      severity: 'error',
      comment:
        'The window shows what the local API tells; everything else of the collector is not its business.',
      from: { path: '^renderer/' },
      to: { path: '^collector/(?!contract/)' },
    },
    {
      name: 'window-runs-in-a-browser',
      severity: 'error',
      comment: 'The same window runs in Electron without Node and in any browser.',
      from: { path: '^renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'window-parts-know-no-page',
      severity: 'error',
      comment: 'Pages use parts; a part that knew a page could stand on no other.',
      from: { path: '^renderer/(components|hooks|words)/' },
      to: { path: '^renderer/pages/' },
    },
    {
      name: 'words-are-pure',
      severity: 'error',
      comment: 'Words are functions of what they are given: testable without a browser.',
      from: { path: '^renderer/words/' },
      to: { path: '^renderer/(?!words/)' },
    },
    {
      name: 'app-shows-and-forwards',
      severity: 'error',
      comment:
        'The app talks to the collector over its local API; besides that it knows only where to find it.',
      from: { path: '^app/' },
      to: {
        path: '^(collector|renderer)/',
        pathNot:
          '^collector/(contract/|ipc/client\\.ts$|lib/token-file\\.ts$|paths\\.ts$|platform/state-folder\\.ts$)',
      },
    },
    {
      name: 'electron-comes-in-by-parameter',
      severity: 'error',
      comment: 'The same code runs in tests without the binary; types are free.',
      from: { path: '^app/', pathNot: '^app/(preload-)?entry\\.ts$' },
      to: { path: '^(node_modules/)?electron', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'collector-knows-no-window',
      severity: 'error',
      comment: 'The collector runs as a bare service.',
      from: { path: '^collector/' },
      to: { path: '^(renderer|app)/' },
    },
    {
      name: 'product-needs-no-test',
      severity: 'error',
      comment: 'What ships must not depend on tests or benchmarks.',
      from: { path: '^(app|collector|renderer)/' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'no-unlisted-package',
      severity: 'error',
      comment: 'Only declared runtime dependencies ship.',
      from: { path: '^collector/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'collector/tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
