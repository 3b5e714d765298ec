import type { TaskView } from '../contract/boards.ts'
import { printableLine } from '../domain/printable.ts'
import { TASK_STATUSES } from '../domain/task.ts'
import { standingOf } from './board/task-words.ts'
import { readBoards, readTasks } from './board/read-board.ts'
import { offerFor, type Offer, type Offered, orNone } from './complete-jobs.ts'
import type { Shell } from './shell.ts'

const MOST_BOARDS = 100
const MOST_TASKS = 50
/** What would have to be quoted is not offered: the shell would take it apart. */
const NEEDS_NO_QUOTES = /^[\w@%+:,./][\w@%+=:,./-]*$/

/** Commands that take tasks, and which of them they are for. */
const TAKES_TASKS: readonly [name: string, argument: string, fits: (task: TaskView) => boolean][] =
  [
    ['show', 'id', () => true],
    ['claim', 'id', (task) => standingOf(task) === 'ready'],
    ['edit', 'id', () => true],
    ['renew', 'ids', isWorkedOn],
    ['release', 'ids', isWorkedOn],
    ['done', 'ids', isWorkedOn],
    ['cancel', 'ids', ({ status }) => status === 'pending' || status === 'in_progress'],
    ['drop', 'ids', () => true],
    ['archive', 'ids', ({ status }) => status !== 'in_progress'],
  ]
const TAKES_BOARD = [
  'board show',
  'board archive',
  'board reset',
  'board import',
  'board export',
  ...['add', 'list', 'restore', ...TAKES_TASKS.map(([name]) => name)].map((name) => `task ${name}`),
]

function isWorkedOn({ status }: TaskView): boolean {
  return status === 'in_progress'
}

/** Makes completion offer the boards there are, and the tasks of the one that was typed. */
export async function offerBoards(
  commands: ReadonlyMap<string, Offered>,
  shell: Shell,
  typed: readonly string[],
): Promise<void> {
  const house = shell.open({})
  const boards = await orNone(() => readBoards(house, { limit: MOST_BOARDS }))
  const names = boards.map(({ list }) => list).filter((name) => NEEDS_NO_QUOTES.test(name))
  const named = names.find((name) => typed.includes(name))
  const tasks =
    named === undefined
      ? []
      : await orNone(() => readTasks(house, { list: named, limit: MOST_TASKS }))
  const offerNames = (complete: Offer): void => {
    for (const name of names) complete(name, 'a board')
  }
  for (const name of TAKES_BOARD) commands.get(name)?.argument('list', offerNames)
  for (const [name, argument, fits] of TAKES_TASKS) {
    const offer = (complete: Offer): void => {
      for (const task of tasks) if (fits(task)) complete(String(task.id), describe(task))
    }
    commands.get(`task ${name}`)?.argument(argument, offer, argument === 'ids')
  }
  for (const name of ['task list', 'task edit']) {
    offerFor(commands.get(name), 'status', (complete) => {
      for (const status of TASK_STATUSES) complete(status, 'a status')
    })
  }
}

function describe(task: TaskView): string {
  return `${standingOf(task)}: ${printableLine(task.subject, 60)}`
}
