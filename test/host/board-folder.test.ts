import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readBoard } from '../../src/host/board-folder.ts'
import { tempDir } from '../support/temp-dir.ts'

const NOW_MS = 1_800_000_000_000
const TOO_HIGH = 'ids above 100000000000 are not taken in'

test('T1: ids so high that none could be given after them are named, one by one, and left out', async (t) => {
  const folder = tempDir(t)
  for (const name of ['100000000000', '100000000001', '999999999999', '9'.repeat(40)]) {
    writeFileSync(join(folder, `${name}.json`), '{"subject": "a", "blocks": [999999999999]}')
  }
  writeFileSync(join(folder, '.highwatermark'), '9007199254740991\n')
  const { idFloor, problems, tasks } = await readBoard(folder, NOW_MS)
  assert.deepEqual([idFloor, tasks.map(({ id }) => id)], [0, [100_000_000_000]])
  assert.deepEqual(
    problems.map(({ what, reason }) => `${what}: ${reason}`),
    [
      `.highwatermark: ${TOO_HIGH}`,
      `100000000001.json: ${TOO_HIGH}`,
      `999999999999.json: ${TOO_HIGH}`,
      `${'9'.repeat(40)}.json: ${TOO_HIGH}`,
      '100000000000 blocks 999999999999: there is no task 999999999999 to be taken in',
    ],
  )
  const file = join(folder, 'export.json')
  const board = { last_id: 999_999_999_999 }
  const exported = {
    format: 'curfew-board',
    version: 1,
    board,
    tasks: [{ id: 2e11, subject: 'a' }],
  }
  writeFileSync(file, JSON.stringify(exported))
  const read = await readBoard(file, NOW_MS)
  assert.deepEqual([read.idFloor, read.tasks], [0, []])
  assert.deepEqual(
    read.problems.map(({ what, reason }) => `${what}: ${reason}`),
    [`tasks.0: ${TOO_HIGH}`, `board.last_id: ${TOO_HIGH}`],
  )
})

test('T3: what is in progress and nobody has comes in as pending, and that is told', async (t) => {
  const folder = tempDir(t)
  writeFileSync(join(folder, '1.json'), '{"subject": "a", "status": "in_progress", "owner": ""}')
  const { problems, tasks } = await readBoard(folder, NOW_MS)
  assert.partialDeepStrictEqual(tasks, [{ id: 1, status: 'pending', owner: null }])
  assert.match(problems[0]?.reason ?? '', /nobody has it; taken in as pending/)
})

test('T3: what is wrong with a file is told in words of ours; a byte order mark is nothing wrong', async (t) => {
  const folder = tempDir(t)
  const texts = [
    '[]',
    '{"subject":""}',
    '{}',
    '{"subject":"a","blocks":7}',
    '{"subject":"a","blocked_by":[1.5]}',
    '{"subject":"a","created_at":{}}',
    '{"subject":"a","priority":1.5}',
    '\uFEFF{"subject":"a"}',
  ]
  for (const [at, text] of texts.entries()) writeFileSync(join(folder, `${at + 1}.json`), text)
  const { problems, tasks } = await readBoard(folder, NOW_MS)
  assert.deepEqual(
    tasks.map(({ id }) => id),
    [8],
  )
  assert.deepEqual(
    problems.map(({ reason }) => reason),
    [
      'all of it: expected an object',
      '"subject": expected text that is not empty',
      '"subject": expected text',
      '"blocks": expected a list of task ids',
      '"blocked_by.0": expected the id of a task',
      '"created_at": expected a date, or seconds since 1970',
      '"priority": expected a whole number from -1000000 to 1000000',
    ],
  )
})
