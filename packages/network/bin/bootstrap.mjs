// The way from any Node ≥ 20.19 to the network's own command line, which needs Node 24: checks the version, installs the
// dependencies when they are missing or not those of package-lock.json, then hands over. Plain JavaScript without dependencies.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const oldest = [20, 19]
const wanted = 24
const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')
const modules = join(root, 'node_modules')
/** The lock file's hash after the last complete install; inside node_modules, so that it goes when they go. */
const marker = join(modules, '.vestibule-lock')
const cli = join(root, 'packages/network/src/cli/main.ts')

const say = (line) => process.stderr.write(`${line}\n`)

function fail(sentence, exitCode = 1) {
  say(sentence)
  process.exit(exitCode)
}

function checkVersion() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    fail(
      `Vestibule needs Node ${oldest.join('.')} or newer, and this is ${process.versions.node}: install a newer one, for example from https://nodejs.org.`,
    )
  }
}

const lockHash = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')

/** npm writes what it installed to node_modules/.package-lock.json; without our marker that file says whether it fits. */
function fits(hash) {
  try {
    if (!existsSync(join(modules, '.bin/tsc'))) return false
    if (existsSync(marker)) return readFileSync(marker, 'utf8') === hash
    const there = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')).packages
    const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
    const differs = ([path, entry]) => path !== '' && !entry.optional && !entry.link && there[path]?.version !== entry.version
    if (
      Object.entries(locked)
        .filter(([path]) => path.startsWith('node_modules/'))
        .some(differs)
    )
      return false
    writeFileSync(marker, hash)
    return true
  } catch {
    return false
  }
}

/** Only one of several starts installs; a lock folder of a killed one is taken over after ten minutes. */
async function install(hash) {
  say('Installing dependencies (npm ci) …')
  const npm = process.env.npm_execpath
  const [command, args] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []]
  const code = await run(command, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], { npm_config_loglevel: 'error' })
  if (code !== 0) {
    rmSync(marker, { force: true })
    fail('The dependencies could not be installed: see npm’s reason above. With a working network (or npm cache), run the command again.')
  }
  mkdirSync(dirname(marker), { recursive: true })
  writeFileSync(marker, hash)
}

/** Runs a program as our own foreground: same terminal, signals passed on, its end awaited. */
function run(command, args, extraEnv = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: command.endsWith('node') && args[0]?.endsWith('.ts') ? process.cwd() : root,
      stdio: 'inherit',
      env: { ...process.env, ...extraEnv },
    })
    const pass = (signal) => child.kill(signal)
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']
    for (const signal of signals) process.on(signal, pass)
    child.once('error', (error) => {
      say(`${command} could not be started: ${error.message}`)
      resolve(1)
    })
    child.once('exit', (code, signal) => {
      for (const one of signals) process.off(one, pass)
      resolve(code ?? (signal === null ? 1 : 128 + 15))
    })
  })
}

/** The Node of the project's own dependencies; where its platform package is not available, this one when it is new enough. */
function projectNode() {
  const own = join(modules, '.bin/node')
  if (existsSync(own)) return own
  if (Number(process.versions.node.split('.')[0]) >= wanted) return process.execPath
  return fail(
    `Node ${wanted} was not installed with the dependencies (there is none for ${process.platform}-${process.arch}): run \`npm start\` with Node ${wanted} or newer.`,
  )
}

checkVersion()
const hash = lockHash()
const wasComplete = fits(hash)
if (!wasComplete) await install(hash)

const given = process.argv.slice(2)
// `--run FILE` is for the project's other commands (tests, benchmarks), which need the same set-up.
const [main, args] = given[0] === '--run' ? [join(root, given[1] ?? ''), given.slice(2)] : [cli, given]
if (wasComplete && Number(process.versions.node.split('.')[0]) === wanted) {
  // npm puts the project's Node first in PATH, so this usually is the right one already: no second process is needed.
  process.argv.splice(1, process.argv.length - 1, main, ...args)
  await import(pathToFileURL(main).href)
} else {
  process.exitCode = await run(projectNode(), [main, ...args])
}
