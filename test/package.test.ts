import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { onEnd, type Cleaning } from './support/cleaning.ts'
import { tempDir } from './support/temp-dir.ts'

const root = resolve(import.meta.dirname, '..')
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const folder = mkdtempSync(join(realpathSync(tmpdir()), 'package-'))
const installed = join(folder, 'node_modules/curfew')
const curfew = join(folder, 'node_modules/.bin/curfew')

/** What a user has: not the node of this project first on PATH, as npm's scripts do. */
const PATH = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((each) => !each.includes('node_modules'))
  .join(delimiter)

interface Packed {
  readonly filename: string
  readonly size: number
  readonly files: readonly { readonly path: string; readonly mode: number }[]
}

let packed: Packed

before(() => {
  const [only] = JSON.parse(npm(root, 'pack', '--json', '--pack-destination', folder))
  packed = only
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  npm(folder, 'install', `./${packed.filename}`, '--prefer-offline', '--no-audit', '--no-fund')
})

after(() => rmSync(folder, { recursive: true, force: true }))

test('package: holds what is run and read, and no sources', () => {
  const paths = packed.files.map(({ path }) => path)
  const expected = ['LICENSE', 'README.md', 'CHANGELOG.md', 'package.json', 'bin/curfew']
  const built = ['dist/main.cjs', 'dist/daemon.cjs', 'dist/index.js', 'dist/index.d.ts']
  const services = ['systemd/curfew.service', 'launchd/dev.curfew.daemon.plist']
  for (const path of [...expected, ...built, ...services]) {
    assert.ok(paths.includes(path), `${path} is missing`)
  }
  const allowed = /^(?:dist|bin|systemd|launchd)\/|^[A-Z]+(?:\.md)?$|^package\.json$/
  assert.deepEqual(
    paths.filter((path) => !allowed.test(path) || /(?<!\.d)\.ts$/.test(path)),
    [],
  )
  assert.ok(packed.size < 1_000_000, `${packed.size} bytes`)
  assert.equal(packed.files.find(({ path }) => path === 'bin/curfew')?.mode, 0o755)
})

test('package: curfew --version, from the installed package', (t) => {
  const { status, stdout } = run(homeOf(t), '--version')
  assert.equal(stdout.trim(), version)
  assert.equal(status, 0)
})

test('package: start, status, stop', (t) => {
  const home = homeOf(t)
  succeeds(home, 'start')
  assert.equal(statusOf(home).daemon.running, true)
  assert.equal(statusOf(home).daemon.version, version)
  succeeds(home, 'stop')
  assert.equal(statusOf(home).daemon.running, false)
})

test('package: a running daemon needs nothing more of its package, so an upgrade cannot break it', async (t) => {
  const home = homeOf(t)
  succeeds(home, 'start')
  const dist = join(installed, 'dist')
  renameSync(dist, `${dist}.away`)
  try {
    const document = await ask(join(home, 'curfew.sock'), '/v1/openapi.json')
    assert.equal(JSON.parse(document).info.version, version)
  } finally {
    renameSync(`${dist}.away`, dist)
  }
})

test('package: a program imports the library, and its types hold', () => {
  const program = `import { connect } from 'curfew'; console.log(typeof connect)`
  const args = ['--input-type=module', '-e', program]
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  assert.equal(stdout, 'function\n')
  const right = `import { connect } from 'curfew'\nexport const house = connect({ home: '/x' })\n`
  for (const resolution of ['nodenext', 'bundler']) {
    assert.equal(complaints(right, resolution), '')
    assert.match(complaints(right.replace(`'/x'`, '5'), resolution), /'number' is not assignable/)
  }
})

/** What the compiler says of a program that uses the installed package. */
function complaints(program: string, resolution: string): string {
  writeFileSync(join(folder, 'program.ts'), program)
  const module = resolution === 'bundler' ? 'esnext' : 'nodenext'
  const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')]
  const args = ['--noEmit', '--strict', '--module', module, '--moduleResolution', resolution]
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const all = [tsc, ...args, ...types, 'program.ts']
  const { stdout, stderr } = spawnSync(process.execPath, all, { cwd: folder, encoding: 'utf8' })
  return stdout + stderr
}

function npm(cwd: string, ...args: string[]): string {
  const env = { PATH, HOME: process.env['HOME'], TMPDIR: folder, NODE_DISABLE_COMPILE_CACHE: '1' }
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd, env, encoding: 'utf8' })
  assert.equal(status, 0, `npm ${args.join(' ')}: ${stderr}`)
  return stdout
}

/** A home of its own; whoever holds it in the end is asked to leave. */
function homeOf(t: Cleaning): string {
  const home = join(tempDir(t), 'home')
  mkdirSync(home, { mode: 0o700 })
  onEnd(t, () => run(home, 'stop'))
  return home
}

function run(home: string, ...args: string[]): { status: number | null; stdout: string } {
  const env = { PATH, HOME: folder, CURFEW_HOME: home }
  const { status, stdout, stderr } = spawnSync(curfew, args, { cwd: folder, env, encoding: 'utf8' })
  return { status, stdout: stdout === '' ? stderr : stdout }
}

function succeeds(home: string, ...args: string[]): void {
  const { status, stdout } = run(home, ...args)
  assert.equal(status, 0, stdout)
}

function statusOf(home: string): { daemon: { running: boolean; version?: string } } {
  return JSON.parse(run(home, 'status', '--json').stdout)
}

function ask(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get({ socketPath, path }, (response) => {
      response.toArray().then((chunks) => resolve(Buffer.concat(chunks).toString()), reject)
    })
    request.on('error', reject)
  })
}
