// Makes dist/ out of src/: one file for each verb and what they share, since opening some hundred small ones takes longer
// than a converged run. SSH and Kafka stay packages of their own: they look for files beside themselves.
import { chmod, rename, rm } from 'node:fs/promises';
import { build } from 'esbuild';

// The translations of zod's messages are half a megabyte that would be read at every start; ours are in English.
const englishOnly = {
  name: 'english-only',
  setup: (plugin) => {
    plugin.onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, () => ({ contents: 'export {};' }));
  },
};

await build({
  entryPoints: ['src/cli.ts'],
  outdir: 'dist.new',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  sourcemap: true,
  minifyWhitespace: true,
  minifySyntax: true,
  plugins: [englishOnly],
  external: ['ssh2', 'node-ssh', 'kafkajs'],
  // Packages in the older module format ask for Node's own modules with require.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
});
await chmod('dist.new/cli.js', 0o755);
// A build that fails leaves the old one in place.
await rm('dist', { recursive: true, force: true });
await rename('dist.new', 'dist');
