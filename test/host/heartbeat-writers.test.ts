import assert from 'node:assert/strict'
import { test } from 'node:test'
import { watchCrowd } from '../support/crowd.ts'

test('W2: sixteen writers at once, and nobody is misjudged', async (t) => {
  const { scans } = await watchCrowd(t, 2_000)
  assert.ok(scans > 10, `${scans} scans`)
})
