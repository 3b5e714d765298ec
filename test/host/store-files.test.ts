import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ProblemError } from '../../src/domain/problem.ts'
import {
  prepareStoreFile,
  restoreStore,
  setStoreAside,
  storeFileExists,
} from '../../src/host/store-files.ts'
import { tempDir } from '../support/temp-dir.ts'

test('check 1: the store is made private, and one that is there is left as it is', (t) => {
  const path = join(tempDir(t), 'curfew.db')
  const umask = process.umask(0)
  try {
    prepareStoreFile(path)
  } finally {
    process.umask(umask)
  }
  assert.equal(statSync(path).mode & 0o777, 0o600)
  writeFileSync(path, 'content')
  prepareStoreFile(path)
  assert.equal(readFileSync(path, 'utf8'), 'content')
})

for (const suffix of ['', '-wal', '-shm']) {
  test(`check 4: a link, also a dangling one, or a folder at curfew.db${suffix} is refused and nothing is written through it`, (t) => {
    const folder = tempDir(t)
    const victim = join(folder, 'victim')
    writeFileSync(victim, 'precious')
    const kinds = {
      link: (path: string) => symlinkSync(victim, path),
      dangling: (path: string) => symlinkSync(join(folder, 'made-by-accident'), path),
      folder: (path: string) => mkdirSync(path),
    }
    for (const [kind, make] of Object.entries(kinds)) {
      const path = join(folder, `${kind}.db`)
      make(path + suffix)
      assert.throws(
        () => prepareStoreFile(path),
        (error) => error instanceof ProblemError && error.problem.kind === 'unusable',
      )
    }
    assert.equal(readFileSync(victim, 'utf8'), 'precious')
    assert.equal(existsSync(join(folder, 'made-by-accident')), false)
  })
}

test('J10: a damaged store goes aside with all that belongs to it, under a name that tells when', (t) => {
  const folder = tempDir(t)
  const path = join(folder, 'curfew.db')
  for (const suffix of ['', '-wal', '-shm']) writeFileSync(path + suffix, suffix)
  const aside = setStoreAside(path, '2026-11-20T10:00:00.000Z')
  assert.equal(aside, 'curfew.db.damaged-2026-11-20T10-00-00-000Z')
  assert.deepEqual(readdirSync(folder).toSorted(), [aside, `${aside}-shm`, `${aside}-wal`])
  assert.equal(readFileSync(join(folder, `${aside}-wal`), 'utf8'), '-wal')
  setStoreAside(path, '2026-11-20T10:00:01.000Z')
})

test('J10: the last copy takes the place of the store, private; it stays where it is', (t) => {
  const folder = tempDir(t)
  const [backup, path] = [join(folder, 'curfew.db.bak'), join(folder, 'curfew.db')]
  assert.equal(restoreStore(backup, path), false)
  writeFileSync(backup, 'last night')
  chmodSync(backup, 0o644)
  assert.equal(restoreStore(backup, path), true)
  assert.equal(readFileSync(path, 'utf8'), 'last night')
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.ok(existsSync(backup))
  assert.throws(() => restoreStore(backup, path), /EEXIST/)
})

test('check 4: a copy that is a link is no copy', (t) => {
  const folder = tempDir(t)
  writeFileSync(join(folder, 'other'), 'not ours')
  symlinkSync(join(folder, 'other'), join(folder, 'curfew.db.bak'))
  assert.equal(restoreStore(join(folder, 'curfew.db.bak'), join(folder, 'curfew.db')), false)
  assert.equal(existsSync(join(folder, 'curfew.db')), false)
})

test('whether there is a store: an empty file holds nothing yet, and what is no file is refused', (t) => {
  const folder = tempDir(t)
  assert.equal(storeFileExists(join(folder, 'curfew.db')), false)
  assert.throws(() => storeFileExists(folder), /is not a file of its own/)
  writeFileSync(join(folder, 'curfew.db'), '')
  assert.equal(storeFileExists(join(folder, 'curfew.db')), false)
  writeFileSync(join(folder, 'curfew.db'), 'x')
  assert.equal(storeFileExists(join(folder, 'curfew.db')), true)
  assert.equal(storeFileExists(join(folder, 'curfew.db', 'below')), false)
})
