import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRequest } from '../../src/formats/requests.ts'

/** A second task of a batch that is no good, and the first thing said of it. */
const NO_TASKS: readonly (readonly [task: unknown, says: string])[] = [
  [null, 'tasks.1: expected a task: an object with a subject'],
  [{ subject: '' }, 'tasks.1.subject: expected text that is not empty'],
  [{ subject: 'a', subjct: 1 }, 'tasks.1.subjct: unknown field; did you mean "subject"?'],
  [{ subject: 'a', list: 'b' }, 'tasks.1.list: unknown field'],
  [
    { subject: 'a', blocked_by: [1.5] },
    'tasks.1.blocked_by.0: expected the id of a task, or "#N" for the Nth of these',
  ],
  [
    { subject: 'a', priority: -1.5 },
    'tasks.1.priority: expected a whole number from -1000000 to 1000000',
  ],
]

for (const [task, says] of NO_TASKS) {
  test(`T1: what is wrong with a task is told with its place: ${says}`, () => {
    const parsed = parseRequest('task_add', { list: 'a', tasks: [{ subject: 'x' }, task] })
    assert.ok(!parsed.ok)
    const [first] = parsed.issues
    assert.equal(`${first?.field}: ${first?.reason}`, says)
  })
}
