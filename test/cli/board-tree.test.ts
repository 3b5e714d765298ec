import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cutToHeight, renderBoard } from '../../src/cli/board/render-board.ts'
import { drawTree } from '../../src/cli/board/task-tree.ts'
import { widthOf } from '../../src/cli/fit.ts'
import { boardView, taskView, tasksWaiting } from '../support/board-views.ts'
import { ESCAPE_PAYLOADS } from '../support/escape-payloads.ts'

const NOW = Date.parse('2026-11-20T10:00:00.000Z')
const HARMFUL = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u

test('a board is drawn in the order in which it can be worked off', () => {
  const tasks = tasksWaiting({ 1: [], 2: [1], 3: [1], 4: [2, 3], 5: [], 6: [2] })
  assert.deepEqual(
    drawTree(tasks.toReversed()).map(({ stem, task, also }) => `${stem}${task.id} ${also.join()}`),
    ['1 ', '├─ 2 ', '│  └─ 6 ', '└─ 3 ', '   └─ 4 2', '5 '],
  )
})

test('every task is drawn once, below all that it waits for', () => {
  for (const steps of [
    [2, 3, 7],
    [5, 1, 30],
    [11, 4, 2],
  ]) {
    const waits = Object.fromEntries(
      Array.from({ length: 300 }, (_, at) => {
        const blockers = steps.map((step, which) => (which === 0 ? at / step : at - step * which))
        const known = blockers.map(Math.floor).filter((id) => id > 0)
        return [at + 1, [...new Set(known)]]
      }),
    )
    const tasks = tasksWaiting(waits)
    const rows = new Map(drawTree(tasks).map(({ task }, row) => [task.id, row]))
    assert.equal(rows.size, 300)
    for (const { id, blocked_by: blockers } of tasks) {
      for (const blocker of blockers) {
        assert.ok((rows.get(blocker) ?? Infinity) < (rows.get(id) ?? 0), `${blocker} above ${id}`)
      }
    }
  }
  assert.deepEqual(
    drawTree(tasksWaiting({ 1: [], 2: [], 3: [1, 2], 4: [1], 5: [3, 4] })).map(
      ({ stem, task }) => `${stem}${task.id}`,
    ),
    ['1', '└─ 4', '2', '└─ 3', '   └─ 5'],
  )
})

test('what waits for itself, or for what is not shown, is drawn all the same', () => {
  const tasks = tasksWaiting({ 1: [2], 2: [1], 3: [99], 4: [4], 5: [3] })
  assert.deepEqual(
    drawTree(tasks).map(({ stem, task }) => `${stem}${task.id}`),
    ['1', '2', '3', '└─ 5', '4'],
  )
})

test('a chain of 5,000 and a hub of 5,000 are drawn in little time and room', () => {
  const chain = Array.from({ length: 5_000 }, (_, at) =>
    taskView({ id: at + 1, blocked_by: at === 0 ? [] : [at], ready: at === 0 }),
  )
  const hub = chain.map((task) => ({ ...task, blocked_by: task.id === 1 ? [] : [1] }))
  for (const tasks of [chain, hub]) {
    for (const columns of [40, Infinity]) {
      const text = renderBoard({ ...boardView(), tasks }, NOW, columns)
      assert.equal(text.split('\n').length, 5_000 + 3)
      assert.ok(text.length < 5_000 * 150)
    }
  }
})

test('a board as it is drawn', () => {
  const board = boardView({
    role: 'release',
    counts: { pending: 3, in_progress: 1, completed: 1, cancelled: 0 },
    seen: [{ who: 'alice', at: '2026-11-20T09:58:00.000Z' }],
  })
  const [design, parser, printer, docs, ship] = tasksWaiting({
    1: [],
    2: [1],
    3: [1],
    4: [],
    5: [2, 3],
  })
  assert.ok(design && parser && printer && docs && ship)
  const tasks = [
    { ...design, status: 'completed' as const, owner: 'bob' },
    {
      ...parser,
      status: 'in_progress' as const,
      owner: 'alice',
      lease_expires_at: '2026-11-20T10:28:00.000Z',
    },
    { ...printer, ready: true, priority: 5 },
    { ...docs, owner: 'carol' },
    ship,
  ]
  assert.deepEqual(renderBoard({ ...board, tasks }, NOW, Infinity).split('\n'), [
    'board "work", role release',
    '○ 3 pending  ● 1 in progress  ✓ 1 completed',
    'seen: alice 2 m ago',
    '✓ 1 do 1  bob',
    '├─ ● 2 do 2  alice, 28 m left',
    '└─ ○ 3 do 3  priority 5',
    '   └─ · 5 do 5  also after 2',
    '○ 4 do 4  for carol',
    '',
  ])
})

test('a board fits the terminal, however narrow, deep, wide its letters and long its names', () => {
  const subjects = [
    'x'.repeat(500),
    '日本語'.repeat(100),
    'e\u0301'.repeat(300),
    '🙂'.repeat(90),
    '',
  ]
  const tasks = Array.from({ length: 60 }, (_, at) =>
    taskView({
      id: at + 1,
      subject: subjects[at % subjects.length] ?? '',
      owner: 'o'.repeat(100),
      blocked_by: at === 0 ? [] : [at],
    }),
  )
  const board = boardView({ list: '名'.repeat(3_000), role: 'r'.repeat(200) })
  for (const columns of [20, 33, 40, 80, 81]) {
    for (const line of renderBoard({ ...board, tasks }, NOW, columns).split('\n')) {
      assert.ok(widthOf(line) <= columns, `${widthOf(line)} in ${columns}: ${line}`)
    }
  }
})

test('what has no room on a screen is counted', () => {
  assert.equal(cutToHeight('a\nb\nc\n', 4), 'a\nb\nc\n')
  assert.equal(cutToHeight('a\nb\nc\nd\n', 4), 'a\nb\n… 2 more\n')
})

test('what a board says reaches a terminal escaped', () => {
  for (const [kind, evil] of ESCAPE_PAYLOADS) {
    const board = boardView({
      list: evil,
      role: evil,
      session: evil,
      seen: [{ who: evil, at: '' }],
    })
    const text = renderBoard(
      { ...board, tasks: [taskView({ subject: evil, owner: evil })] },
      NOW,
      100,
    )
    assert.doesNotMatch(text, HARMFUL, kind)
    assert.equal(text.split('\n').length, 5, kind)
  }
})
