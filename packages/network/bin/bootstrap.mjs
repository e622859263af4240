// The way from any Node ≥ 20.19 to the network's own command line, which needs Node 24: checks the version, installs the
// dependencies when they are missing or not those of package-lock.json, then hands over. Plain JavaScript without dependencies.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
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

/**
 * Every package must be there, in the version of the lock file: as our marker says, else as npm says it installed them
 * (node_modules/.package-lock.json), because `npm install` by hand is fine too.
 */
function fits(hash) {
  try {
    const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
    const wanted = Object.entries(locked).filter(([path, entry]) => path.startsWith('node_modules/') && !entry.optional)
    if (!wanted.every(([path]) => existsSync(join(root, path)))) return false
    if (existsSync(marker) && readFileSync(marker, 'utf8') === hash) return true
    const there = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')).packages
    const isThere = ([path, entry]) => (entry.link ? there[path]?.link === true : there[path]?.version === entry.version)
    if (!wanted.every(isThere)) return false
    writeFileSync(marker, hash)
    return true
  } catch {
    return false
  }
}

/**
 * `npm ci` begins by removing node_modules, which would pull it away under a network that runs; where only something has changed,
 * `npm install --no-save` brings it in line with the lock file instead, and `npm ci` stays for when that was not enough.
 */
async function install(hash) {
  if (existsSync(join(modules, '.package-lock.json'))) {
    say('Bringing dependencies up to date (npm install) …')
    if ((await npm(['install', '--no-save'])) === 0 && fits(hash)) return
  }
  say('Installing dependencies (npm ci) …')
  if ((await npm(['ci'])) !== 0) {
    rmSync(marker, { force: true })
    fail('The dependencies could not be installed: see npm’s reason above. With a working network (or npm cache), run the command again.')
  }
  mkdirSync(modules, { recursive: true })
  writeFileSync(marker, hash)
}

/** The npm that started us, else the one in PATH. */
function npm(args) {
  const path = process.env.npm_execpath
  const [command, first] = path?.endsWith('.js') ? [process.execPath, [path]] : ['npm', []]
  return run(command, [...first, ...args, '--no-audit', '--no-fund', '--loglevel=error'])
}

/** Runs a program as our own foreground: same terminal, signals passed on, its end awaited. */
function run(command, args, cwd = root) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      stdio: 'inherit',
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
  process.exitCode = await run(projectNode(), [main, ...args], process.cwd())
}
