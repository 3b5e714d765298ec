import assert from 'node:assert/strict'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ProblemError } from '../../src/domain/problem.ts'
import { checkHome, isOwnHome, LONGEST_SOCKET, prepareHome } from '../../src/host/home.ts'
import { innerFolders, type Paths, resolvePaths } from '../../src/host/paths.ts'
import type { Cleaning } from '../support/cleaning.ts'
import { needsRoot } from '../support/needs.ts'
import { tempDir } from '../support/temp-dir.ts'

test('check 1: a home is made with all its folders, each 0700, also under a loose umask', (t) => {
  const paths = homeIn(t, 'deep/er/home')
  const umask = process.umask(0)
  try {
    prepareHome(paths)
  } finally {
    process.umask(umask)
  }
  for (const folder of [paths.home, paths.log, ...innerFolders(paths)]) {
    assert.equal(statSync(folder).mode & 0o777, 0o700, folder)
  }
  prepareHome(paths)
})

test('a home that is not there yet passes the check, and the check makes nothing', (t) => {
  const paths = homeIn(t)
  checkHome(paths)
  assert.equal(existsSync(paths.home), false)
  assert.equal(isOwnHome(paths.home), false)
})

const BAD: readonly [string, (paths: Paths) => void, RegExp][] = [
  ['a file', ({ home }) => writeFileSync(home, ''), /is not a folder$/],
  ['a link', ({ home }) => symlinkSync(os.tmpdir(), home), /is a symbolic link$/],
  [
    'writable by the group',
    ({ home }) => loose(home, 0o770),
    /can be written by others \(mode 770\)$/,
  ],
  ['writable by all', ({ home }) => loose(home, 0o702), /can be written by others \(mode 702\)$/],
]

for (const [name, make, says] of BAD) {
  test(`check 2: a home that is ${name} is refused and left as it is`, (t) => {
    const paths = homeIn(t)
    make(paths)
    for (const use of [checkHome, prepareHome]) refused(() => use(paths), says)
    if (statSync(paths.home).isDirectory() && name !== 'a link')
      assert.deepEqual(readdirSync(paths.home), [])
  })
}

test('check 2: a home of somebody else is refused', { skip: needsRoot() }, (t) => {
  const paths = homeIn(t)
  mkdirSync(paths.home, { mode: 0o700 })
  chownSync(paths.home, 12345, 12345)
  refused(() => checkHome(paths), /belongs to user 12345, we are 0$/)
  assert.equal(isOwnHome(paths.home), false)
})

test('check 2: folders that all programs share are no home, by whatever name', (t) => {
  const detour = join(tempDir(t), 'detour')
  symlinkSync('/', detour)
  for (const home of ['/', '/tmp', os.tmpdir(), join(detour, 'tmp')]) {
    refused(() => checkHome(resolvePaths(home, {})), /is a folder that programs share$/)
  }
})

test('a loose home may be mended, so it is still our own', (t) => {
  const paths = homeIn(t)
  loose(paths.home, 0o777)
  assert.equal(isOwnHome(paths.home), true)
})

test('the longest name that a socket takes passes; one byte more is refused before anything is made', (t) => {
  const folder = tempDir(t)
  const room = LONGEST_SOCKET - Buffer.byteLength(join(folder, '', 'curfew.sock')) - 1
  checkHome(resolvePaths(join(folder, 'x'.repeat(room)), {}))
  const tooLong = resolvePaths(join(folder, `${'x'.repeat(room - 1)}é`), {})
  refused(
    () => prepareHome(tooLong),
    new RegExp(`has ${LONGEST_SOCKET + 1} bytes, the system takes ${LONGEST_SOCKET}$`),
  )
  assert.deepEqual(readdirSync(folder), [])
})

for (const [what, place] of [
  ['a file', (path: string) => writeFileSync(path, '')],
  ['a link to a folder', (path: string) => symlinkSync(os.tmpdir(), path)],
] as const) {
  test(`check 4: ${what} in the place of a folder of the home is refused`, (t) => {
    for (const name of ['wake', 'log', 'jobs'] as const) {
      const paths = homeIn(t)
      mkdirSync(paths.home, { mode: 0o700 })
      place(paths[name])
      refused(() => prepareHome(paths), /is not a folder/)
    }
  })
}

test('check 8: a path is told without what it could do to a terminal', (t) => {
  const paths = homeIn(t, 'evil\u001b[2J\u202e')
  writeFileSync(paths.home, '')
  refused(() => checkHome(paths), /evil\\x1b\[2J\\u\{202e\} is not a folder$/)
})

function homeIn(t: Cleaning, name = 'home'): Paths {
  return resolvePaths(join(tempDir(t), name), {})
}

function loose(home: string, mode: number): void {
  mkdirSync(home)
  chmodSync(home, mode)
}

function refused(action: () => void, says: RegExp): void {
  assert.throws(action, (error) => {
    assert.ok(error instanceof ProblemError)
    assert.equal(error.problem.kind, 'unusable')
    assert.match(error.message, says)
    assert.notEqual(error.problem.hint ?? '', '')
    return true
  })
}
