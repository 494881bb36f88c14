'use strict'
// Runs a file on a Node new enough for it. ES2018 and CommonJS throughout, so that an old Node can
// still read this file and say what is missing.

if (Number(process.versions.node.split('.')[0]) < 20) {
  process.stderr.write(
    `Daily Dose needs Node 20 or later; this is ${process.versions.node}. Install a newer one: https://nodejs.org\n`,
  )
  process.exit(3)
}

const { spawn } = require('node:child_process')
const { existsSync } = require('node:fs')
const { enableCompileCache } = require('node:module')
const { dirname, join, resolve } = require('node:path')
const { pathToFileURL } = require('node:url')
const { setFlagsFromString } = require('node:v8')

/** The first Node that runs TypeScript as it is. */
const NEEDED = [22, 18]
/** A service or program that is needed is not there: exit code of every such failure. */
const MISSING = 3
/** Tells a process that another one started it and that it ends with it. */
const FOLLOWS = 'DOSE_FOLLOWS_LAUNCHER'

const isNewEnough = (version) => {
  const [major, minor] = version.split('.').map(Number)
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])
}

/** The nearest `node_modules/<name>` of `from` and the folders above it, or `null`. */
function findPackage(name, from) {
  for (let dir = resolve(from); ; dir = dirname(dir)) {
    const path = join(dir, 'node_modules', name)
    if (existsSync(path)) return path
    if (dirname(dir) === dir) return null
  }
}

/** The Node that came as a package, beside this one or hoisted above it, or `null`. */
function findPackedNode(from) {
  const isWindows = process.platform === 'win32'
  const system = isWindows ? 'win' : process.platform
  const folder = findPackage(`node-${system}-${process.arch}`, from)
  const path = folder && join(folder, 'bin', isWindows ? 'node.exe' : 'node')
  return path && existsSync(path) ? path : null
}

function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(MISSING)
}

/** Runs `file` in this process when its Node is new enough, else in a child on one that is. */
function launch(file, args, from) {
  if (isNewEnough(process.versions.node)) return runHere(file, args)
  const node = findPackedNode(from)
  if (!node)
    return fail(
      `dose needs Node ${NEEDED.join('.')} or later; this is ${process.versions.node}, and there is no packed one for ${process.platform} ${process.arch}. Install a newer Node: https://nodejs.org`,
    )
  return runThere(node, file, args)
}

/**
 * Keeps what was compiled for the next command, which starts in half the time; threads and children
 * read it from the environment. Not in a folder for all users, where somebody else could leave code for us;
 * where ours cannot be written, nothing is kept.
 */
function keepCompiled() {
  if (process.env.NODE_COMPILE_CACHE || !enableCompileCache) return
  const folder = join(dirname(__dirname), 'node_modules', '.cache', 'dose')
  if (enableCompileCache(folder).directory) process.env.NODE_COMPILE_CACHE = folder
}

function runHere(file, args) {
  keepCompiled()
  // A small young generation is for the main thread alone (docs/decisions/0034): threads take V8's own.
  setFlagsFromString('--max-semi-space-size=0')
  process.argv = [process.execPath, file].concat(args)
  return import(pathToFileURL(file).href)
}

/** A signal for this process is meant for the child; a child that falls to one takes us along. */
function runThere(node, file, args) {
  const child = spawn(node, process.execArgv.concat(__filename, file, args), {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: Object.assign({}, process.env, { [FOLLOWS]: '1' }),
  })
  // On a terminal Ctrl-C reaches the whole group; forwarding would deliver it twice.
  const onTerminal = process.stdin.isTTY || process.stdout.isTTY
  process.on('SIGINT', () => onTerminal || child.kill('SIGINT'))
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  process.on('SIGHUP', () => child.kill('SIGHUP'))
  child.on('error', (error) => fail(`${node}: ${error.message}`))
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code)
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name)
    process.kill(process.pid, signal)
  })
}

/** Whoever kills the launcher outright means the program: the channel closes, and the child goes. */
function follow() {
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  if (process.channel) process.channel.unref()
}

if (require.main === module) {
  if (process.env[FOLLOWS] && process.connected) follow()
  delete process.env[FOLLOWS]
  runHere(process.argv[2], process.argv.slice(3))
}

module.exports = { fail, findPackage, launch }
