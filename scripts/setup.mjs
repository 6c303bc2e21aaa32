// The first step of every npm script: needs nothing but Node, installs the npm packages where they are missing or
// stale, and hands over to the tool itself.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST_NODE = [20, 19];

function fail(message, help) {
  process.stderr.write(`error ${message}\n   help    ${help}\n`);
  process.exit(1);
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
  fail(
    `Node ${process.versions.node} is too old`,
    `install Node ${OLDEST_NODE.join('.')} or newer (https://nodejs.org)`,
  );
}

/** Whether every package of the lock file is installed in the version that it names. npm writes its own record last. */
function installed() {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const read = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  const wanted = read(join(root, 'package-lock.json'));
  const present = read(record);
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    if (present[path] === undefined) return entry.optional === true;
    return present[path].version === entry.version && present[path].integrity === entry.integrity;
  });
}

if (!installed()) {
  process.stderr.write('· packages    npm ci …\n');
  const started = Date.now();
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (npm.status !== 0) fail('npm ci failed', 'see what npm says above; then run this command again');
  process.stderr.write(`✓ packages    node_modules               ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}

const tool = spawn(
  process.execPath,
  [
    '--conditions=veridian-source',
    '--import',
    'tsx',
    join(root, 'synth', 'setup', 'main.ts'),
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
);
// Ctrl-C reaches the tool as well, which cleans up and ends; this process only waits for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => signal !== 'SIGINT' && tool.kill(signal));
tool.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
