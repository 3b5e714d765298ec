import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  offlineBoard,
  offlineBoards,
  offlineExport,
  offlineTasks,
  offlineTasksById,
} from '../../src/offline/boards.ts'
import { makeHouse } from '../support/house.ts'

test('what the daemon would refuse is refused in the same words while none runs', async (t) => {
  const { paths } = makeHouse(t)
  const long = 'a'.repeat(300)
  const usage = (message: string) => ({ problem: { kind: 'usage', message } })
  const noName = usage('list: expected the name of a board')
  await assert.rejects(
    offlineBoards(paths, { session: long }),
    usage('session: expected at most 200 characters'),
  )
  await assert.rejects(
    offlineTasks(paths, { list: 'l', owner: long }),
    usage('owner: expected at most 200 characters'),
  )
  await assert.rejects(offlineBoard(paths, { list: '' }), noName)
  await assert.rejects(offlineTasksById(paths, '', [1]), noName)
  await assert.rejects(offlineExport(paths, ''), noName)
})
