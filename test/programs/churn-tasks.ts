/**
 * Adds a batch, changes what it waits for, and drops the one before it, over and over, until it is killed:
 * `churn-tasks.ts SOCKET LIST NAME`. Prints each batch that it was told is there.
 */
import { callDaemon } from '../../src/client/call.ts'
import { batchOf } from '../support/board-batches.ts'

const [socket = '', list = '', name = ''] = process.argv.slice(2)
let before: readonly number[] = []
for (let at = 0; ; at += 1) {
  const title = `${name}.${at}`
  const added = await callDaemon('task_add', { list, tasks: batchOf(title), as: name }, { socket })
  if (added.kind !== 'ok') break
  const ids = added.value.tasks.map(({ id }) => id)
  process.stdout.write(`${title} ${ids.join(' ')}\n`)
  const act = { list, as: name, force: true }
  const [first = 0, second = 0, third = 0] = ids
  const edit = { ...act, ids: [third], unblock: [second], blocked_by: [first] }
  if ((await callDaemon('task_edit', edit, { socket })).kind !== 'ok') break
  if (before.length > 0) await callDaemon('task_drop', { ...act, ids: before }, { socket })
  before = ids
}
