import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { prepareHome } from '../../src/host/home.ts'
import { homeExists, looseModes, makePrivate } from '../../src/host/home-modes.ts'
import { type Paths, resolvePaths } from '../../src/host/paths.ts'
import type { Cleaning } from '../support/cleaning.ts'
import { tempDir } from '../support/temp-dir.ts'

test('check 1: a home as it is made has nothing that others may touch', (t) => {
  assert.deepEqual(looseModes(madeHome(t)), [])
})

test('check 1: what others may read, write or enter is named, made private, and then named no more', (t) => {
  const paths = madeHome(t)
  const files = [
    join(paths.home, 'curfew.db'),
    join(paths.log, 'curfew.log'),
    join(paths.wake, 'x'),
  ]
  for (const path of files) writeFileSync(path, '')
  for (const path of files) chmodSync(path, 0o644)
  chmodSync(paths.jobs, 0o711)
  assert.deepEqual(looseModes(paths).toSorted(), [...files, paths.jobs].toSorted())
  makePrivate(looseModes(paths))
  assert.deepEqual(looseModes(paths), [])
  assert.deepEqual(
    [statSync(paths.jobs).mode & 0o777, statSync(paths.store).mode & 0o777],
    [0o700, 0o600],
  )
})

test('check 4: a link is not followed, neither a file nor a whole folder', (t) => {
  const paths = madeHome(t)
  const outside = tempDir(t)
  writeFileSync(join(outside, 'open'), '')
  chmodSync(join(outside, 'open'), 0o666)
  symlinkSync(join(outside, 'open'), join(paths.home, 'link'))
  symlinkSync(outside, join(paths.wake, 'folder'))
  assert.deepEqual(looseModes(paths), [])
})

test('without a home there is nothing to say; what vanishes while it is made private is no error', (t) => {
  const paths = resolvePaths(join(tempDir(t), 'home'), {})
  assert.equal(homeExists(paths), false)
  assert.deepEqual(looseModes(paths), [])
  makePrivate([join(paths.home, 'gone')])
})

test('a folder with more files than are worth it is looked at in part', (t) => {
  const paths = madeHome(t)
  mkdirSync(join(paths.wrappers), { recursive: true })
  for (let number = 0; number < 2_500; number++)
    writeFileSync(join(paths.wrappers, String(number)), '', { mode: 0o644 })
  const loose = looseModes(paths)
  assert.ok(loose.length >= 2_000 && loose.length < 2_500)
})

function madeHome(t: Cleaning): Paths {
  const paths = resolvePaths(join(tempDir(t), 'home'), {})
  prepareHome(paths)
  return paths
}
