import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileSystemOf, freeBytes } from '../../src/host/disk.ts'
import { needsLinux } from '../support/needs.ts'
import { tempDir } from '../support/temp-dir.ts'

test('L5: a local folder is on a local disk, also one that is not there yet', (t) => {
  const folder = tempDir(t)
  for (const path of [folder, join(folder, 'not/there/yet')]) {
    assert.deepEqual(fileSystemOf(path), { name: 'a local disk', isNetwork: false })
  }
})

test('how much room there is, by the nearest folder that is there', { skip: needsLinux() }, (t) => {
  const folder = tempDir(t)
  assert.ok(freeBytes(folder) > 0)
  assert.equal(Math.sign(freeBytes(join(folder, 'not/there'))), 1)
  assert.equal(freeBytes('/proc'), 0)
})
