import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needsSmallDisk, startOnSmallDisk } from '../support/small-disk.ts'
import { range } from './contract.ts'

test(
  'D4: on a full disk a write fails whole, what was kept can be read, and it goes on when there is room',
  { skip: needsSmallDisk() },
  async (t) => {
    const program = startOnSmallDisk(t, 1024, 'fill-store.ts')
    const found = JSON.parse(await program.nextLine())
    assert.equal(found.first, 3)
    assert.ok(found.errors.length > 0, 'the disk was never full')
    for (const error of found.errors)
      assert.match(error, /^store: (?:database or disk is full|disk I\/O error)$/)
    assert.equal(found.readWhileFull, found.kept)
    assert.equal(found.after, 5)
    assert.equal(found.ids.length, found.kept + 5)
    assert.deepEqual(found.ids, range(1, found.kept + 5))
    assert.deepEqual(found.problems, [])
    assert.equal(found.damage, null)
  },
)
