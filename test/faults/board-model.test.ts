import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openTempTasks } from '../support/open-temp-tasks.ts'
import { histories, liveThrough } from '../support/task-histories.ts'
import type { Mistake } from '../support/task-model.ts'

const HISTORIES = 20_000
const MISTAKES: readonly Mistake[] = [
  'blocked done',
  'id again',
  'edge left',
  'half done',
  'namesake',
  'age first',
]

test(`T1 to T5: ${HISTORIES} random histories of all verbs come to what a simple model comes to`, async (t) => {
  const { tasks } = openTempTasks(t, ':memory:')
  let count = 0
  const property = fc.asyncProperty(histories, async (verbs) => {
    count += 1
    await liveThrough(tasks, `history ${count}`, verbs)
  })
  await fc.assert(property, { numRuns: HISTORIES })
  assert.ok(count >= HISTORIES)
})

for (const mistake of MISTAKES) {
  test(`a model that makes a mistake ("${mistake}") is told from the store`, async (t) => {
    const { tasks } = openTempTasks(t, ':memory:')
    let count = 0
    const property = fc.asyncProperty(histories, async (verbs) => {
      count += 1
      await liveThrough(tasks, `history ${count}`, verbs, mistake)
    })
    const run = { numRuns: 4_000, endOnFailure: true }
    await assert.rejects(fc.assert(property, run), /Property failed/)
  })
}
