'use strict'
// Makes `npm test` and `npm run demo` work on a fresh clone: installs the packages when they are not
// those of the lock file, then runs the file it is given on a Node new enough for it. (Not
// `install && node file` in package.json: a shell remembers where `node` was before the install.)

const { fail, launch } = require('../bin/launch.cjs')
const { spawnSync } = require('node:child_process')
const { readFileSync } = require('node:fs')
const { join, resolve } = require('node:path')

const root = join(__dirname, '..')

/** The packages of a lock file by their path, or none where there is no such file. */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages
  } catch (error) {
    if (error.code === 'ENOENT') return {}
    throw error
  }
}

/** Whether npm's own note of what it installed says the same as the lock file. */
function isInstalled() {
  const wanted = readPackages('package-lock.json')
  const present = readPackages('node_modules/.package-lock.json')
  const isSame = (path) => present[path] && present[path].integrity === wanted[path].integrity
  const isLeftOut = (path) => !present[path] && (wanted[path].optional || wanted[path].devOptional)
  return (
    Object.keys(present).every((path) => wanted[path]) &&
    Object.keys(wanted).every((path) => path === '' || isSame(path) || isLeftOut(path))
  )
}

function install() {
  const started = Date.now()
  process.stderr.write('Installing packages (npm ci); this takes half a minute …\n')
  const npm = process.env.npm_execpath // the npm that runs this script
  const flags = ['ci', '--loglevel=error', '--no-audit', '--no-fund']
  const [command, args] = npm ? [process.execPath, [npm].concat(flags)] : ['npm', flags]
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] })
  if (error || status !== 0) fail(`npm ci failed${error ? `: ${error.message}` : ''}`)
  process.stderr.write(`Installed in ${Math.round((Date.now() - started) / 1000)} s.\n`)
}

if (!isInstalled()) install()
launch(resolve(root, process.argv[2]), process.argv.slice(3), root)
