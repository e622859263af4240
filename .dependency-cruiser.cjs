/** Who may import whom. A broken rule fails `npm run check`. */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', comment: 'A cycle has no first module to understand.', from: {}, to: { circular: true } },
    {
      name: 'services-never-import-services',
      severity: 'error',
      comment: 'Services learn from each other by events or internal ports.',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'packages-never-import-services',
      severity: 'error',
      comment: 'A package that knows a service is part of that service.',
      from: { path: '^(packages|ory|proxy)/' },
      to: { path: '^services/' },
    },
    {
      name: 'generators-stand-alone',
      severity: 'error',
      comment: 'ory/ and proxy/ turn an input into files; the network package knows the network.',
      from: { path: '^(ory|proxy)/src/' },
      to: { path: '^packages/(?!contracts|config|log)' },
    },
    {
      name: 'production-code-never-imports-tests',
      severity: 'error',
      from: { path: '^(packages|services|ory|proxy)/[^/]+(/src|/src/).*', pathNot: '(\\.test\\.tsx?$|^packages/(testing|e2e)/)' },
      to: { path: '(\\.test\\.tsx?$|^packages/(testing|e2e)/|/test/)' },
    },
    {
      name: 'contracts-run-in-the-browser',
      severity: 'error',
      from: { path: '^packages/contracts/src/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|vendor|\\.vestibule)/|^bench/peers/|^ory/keto/namespaces\\.ts$' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  },
}
