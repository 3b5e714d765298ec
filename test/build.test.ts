import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  globSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import type { Cleaning } from './support/cleaning.ts'
import { tempDir } from './support/temp-dir.ts'

const root = resolve(import.meta.dirname, '..')

test('build: the same sources give the same bytes', (t) => {
  const copy = copyOfProject(t)
  assert.equal(build(copy), '')
  const first = bytesOf(copy)
  assert.equal(build(copy), '')
  assert.deepEqual(bytesOf(copy), first)
  assert.ok([...first.keys()].includes('main.cjs'))
})

test('build: one that fails leaves the dist of before, and nothing else', (t) => {
  const copy = copyOfProject(t)
  assert.equal(build(copy), '')
  const before = bytesOf(copy)
  writeFileSync(join(copy, 'src/main.ts'), `import { gone } from './gone.ts'\ngone()\n`)
  assert.match(build(copy), /gone/)
  assert.deepEqual(bytesOf(copy), before)
  assert.deepEqual(readdirSync(join(copy, '.cache')), [])
})

test('build: --if-stale builds after a change in src, and only then', (t) => {
  const copy = copyOfProject(t)
  assert.equal(build(copy, '--if-stale'), '')
  const builtAt = statSync(join(copy, 'dist')).ino
  assert.equal(build(copy, '--if-stale'), '')
  assert.equal(statSync(join(copy, 'dist')).ino, builtAt)
  rmSync(join(copy, 'src/events.ts'))
  writeFileSync(join(copy, 'src/events.ts'), readFileSync(join(root, 'src/events.ts')))
  assert.equal(build(copy, '--if-stale'), '')
  assert.notEqual(statSync(join(copy, 'dist')).ino, builtAt)
})

test('build: an install without the build tools goes on without dist', (t) => {
  const copy = copyOfProject(t)
  rmSync(join(copy, 'node_modules'))
  assert.equal(build(copy, '--on-install'), '')
  assert.equal(existsSync(join(copy, 'dist')), false)
})

function copyOfProject(t: Cleaning): string {
  const copy = join(tempDir(t), 'copy')
  for (const name of ['src', '.ci', 'package.json', 'tsconfig.json']) {
    cpSync(join(root, name), join(copy, name), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

/** What the build complains of. */
function build(copy: string, ...args: string[]): string {
  const script = join(copy, '.ci/build.ts')
  const { stderr, stdout } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' })
  return stderr + stdout
}

function bytesOf(copy: string): Map<string, string> {
  const dist = join(copy, 'dist')
  const files = globSync('**/*.*', { cwd: dist }).toSorted()
  return new Map(files.map((name) => [name, hashOf(join(dist, name))]))
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}
