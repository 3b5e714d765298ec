import assert from 'node:assert/strict'
import { test } from 'node:test'
import { collectMetadata } from '../../src/cli/board/metadata.ts'
import { renderBoards } from '../../src/cli/board/render-boards.ts'
import { renderTask } from '../../src/cli/board/render-task.ts'
import { renderTasks } from '../../src/cli/board/render-tasks.ts'
import { sayClaim } from '../../src/cli/board/say-claim.ts'
import { taskLine } from '../../src/cli/board/task-words.ts'
import { widthOf } from '../../src/cli/fit.ts'
import { boardView, taskView } from '../support/board-views.ts'
import { ESCAPE_PAYLOADS } from '../support/escape-payloads.ts'

const NOW = Date.parse('2026-11-20T10:00:00.000Z')
const HARMFUL = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u

test('a table of tasks tells id, status, owner, when it was touched, and what', () => {
  const tasks = [
    taskView({ id: 12, ready: false, subject: 'sow' }),
    taskView({
      id: 9,
      status: 'in_progress',
      owner: 'alice',
      lease_expires_at: '2026-11-20T10:28:00.000Z',
      subject: 'dig',
    }),
    taskView({ id: 8, owner: 'bob', subject: 'rest' }),
  ]
  assert.deepEqual(renderTasks(tasks, NOW, Infinity).split('\n'), [
    'ID  STATUS       OWNER             TOUCHED  SUBJECT',
    '12  blocked                        1 h ago  sow',
    ' 9  in progress  alice, 28 m left  1 h ago  dig',
    ' 8  ready        for bob           1 h ago  rest',
    '',
  ])
  assert.equal(
    renderTasks([taskView()], NOW, Infinity),
    'ID  STATUS  TOUCHED  SUBJECT\n 1  ready   1 h ago  subject\n',
    'a column in which nobody has anything is left out',
  )
})

test('a table of boards tells what is open, worked on and done, and who was there last', () => {
  const board = boardView({
    counts: { pending: 3, in_progress: 1, completed: 20, cancelled: 0 },
    role: 'release',
    seen: [{ who: 'alice', at: '2026-11-20T09:58:00.000Z' }],
  })
  assert.deepEqual(renderBoards([board, boardView({ list: 'b' })], NOW, Infinity).split('\n'), [
    'BOARD  OPEN  DOING  DONE  ABOUT    SEEN',
    'work      3      1    20  release  alice, 2 m ago',
    'b         0      0     0',
    '',
  ])
})

test('tables fit the terminal, whatever their letters', () => {
  const names = ['x'.repeat(500), '日本語'.repeat(100), 'e\u0301'.repeat(300), '🙂'.repeat(90)]
  const tasks = names.map((subject, at) => taskView({ id: at + 1, subject, owner: subject }))
  const boards = names.map((list) => boardView({ list, role: list }))
  for (const columns of [60, 80, 81, 120]) {
    const text = renderTasks(tasks, NOW, columns) + renderBoards(boards, NOW, columns)
    for (const line of text.split('\n')) {
      assert.ok(widthOf(line) <= columns, `${widthOf(line)} in ${columns}: ${line}`)
    }
  }
})

test('one task is shown with all there is to tell, its description on lines of its own', () => {
  const task = taskView({
    id: 7,
    status: 'in_progress',
    owner: 'alice',
    wrapper: 'w-1',
    lease_expires_at: '2026-11-20T10:28:00.000Z',
    blocked_by: [1, 2],
    metadata: { bed: '3', litres: 20 },
    description: 'One.\nTwo.\n',
  })
  const text = renderTask(task, NOW)
  assert.match(text, /^task 7 ● in progress: subject$/m)
  assert.match(text, /^ {2}owner +alice, 28 m left$/m)
  assert.match(text, /^ {2}after +1, 2$/m)
  assert.match(text, /^ {2}- bed +3\n {2}- litres +20$/m)
  assert.match(text, /\n\n {2}One\.\n {2}Two\.\n$/)
})

test('what a task says reaches a terminal escaped', () => {
  for (const [kind, evil] of ESCAPE_PAYLOADS) {
    const task = taskView({
      subject: evil,
      description: evil,
      active_form: evil,
      owner: evil,
      wrapper: evil,
      metadata: { [evil]: evil, list: [evil] },
    })
    const texts = [
      renderTasks([task], NOW, 100),
      renderTask(task, NOW),
      taskLine(task),
      renderBoards([boardView({ list: evil, role: evil, seen: [{ who: evil, at: '' }] })], NOW, 90),
      sayClaim({ kind: 'ok', task }, false),
      sayClaim({ kind: 'already_owned', by: evil, task }, false),
      sayClaim({ kind: 'busy', by: [{ list: evil, id: 1 }] }, true),
    ]
    for (const text of texts) assert.doesNotMatch(text, HARMFUL, kind)
  }
})

test('metadata is text, or JSON behind :=, with any key', () => {
  const collected = ['a=1', 'b:=1', 'c:=null', 'd=x=y', 'e=', '__proto__=p', 'f:=["x"]'].reduce(
    (before: Record<string, unknown>, text) => ({ ...collectMetadata(text, before) }),
    {},
  )
  assert.equal(
    JSON.stringify(collected),
    '{"a":"1","b":1,"c":null,"d":"x=y","e":"","__proto__":"p","f":["x"]}',
  )
  for (const bad of ['a', '=x', 'a:=x', ':=1']) {
    assert.throws(() => collectMetadata(bad), /expected|JSON/, bad)
  }
})
