import type { BoardVerbName } from './boards.ts'

interface BoardVerb {
  readonly method: 'GET' | 'POST'
  readonly path: `/v1/${string}`
  readonly effect: 'read' | 'work'
  readonly takes: 'input'
  readonly isLarge?: true
  readonly isSlow?: true
  readonly summary: string
}

/** The verbs of boards and tasks as they cross the socket. The name of a board is too long for an address, at times. */
export const BOARD_VERBS = {
  boards: {
    method: 'GET',
    path: '/v1/boards',
    effect: 'read',
    takes: 'input',
    summary: 'The boards, by name.',
  },
  board: {
    method: 'POST',
    path: '/v1/board',
    effect: 'read',
    takes: 'input',
    summary: 'One board: how many tasks it has in each status, and who was seen there.',
  },
  board_show: {
    method: 'POST',
    path: '/v1/board/show',
    effect: 'read',
    takes: 'input',
    isSlow: true,
    summary:
      'One board with its tasks, all of one moment; of a large one the newest of each status.',
  },
  board_create: {
    method: 'POST',
    path: '/v1/boards/create',
    effect: 'work',
    takes: 'input',
    summary: 'Make a board, or change what is said of one; one that was archived comes back.',
  },
  board_archive: {
    method: 'POST',
    path: '/v1/boards/archive',
    effect: 'work',
    takes: 'input',
    summary: 'Put a board away with all of its tasks.',
  },
  board_reset: {
    method: 'POST',
    path: '/v1/boards/reset',
    effect: 'work',
    takes: 'input',
    summary: 'Take all tasks of a board; their ids are not given again.',
  },
  board_import: {
    method: 'POST',
    path: '/v1/boards/import',
    effect: 'work',
    takes: 'input',
    isSlow: true,
    summary: 'Take in a whole board with its ids, from a folder or a file.',
  },
  board_export: {
    method: 'POST',
    path: '/v1/boards/export',
    effect: 'read',
    takes: 'input',
    isSlow: true,
    summary: 'A whole board, as `import` takes it.',
  },
  task_add: {
    method: 'POST',
    path: '/v1/tasks/add',
    effect: 'work',
    takes: 'input',
    isLarge: true,
    isSlow: true,
    summary: 'Add one task or many: all or none, with ids in a row.',
  },
  tasks: {
    method: 'POST',
    path: '/v1/tasks',
    effect: 'read',
    takes: 'input',
    summary: 'Tasks of a board, newest first.',
  },
  task: {
    method: 'POST',
    path: '/v1/task',
    effect: 'read',
    takes: 'input',
    summary: 'Some tasks by their ids.',
  },
  task_claim: {
    method: 'POST',
    path: '/v1/tasks/claim',
    effect: 'work',
    takes: 'input',
    summary: 'Take a task, or the first that is ready. Exactly one asker gets it.',
  },
  task_edit: {
    method: 'POST',
    path: '/v1/tasks/edit',
    effect: 'work',
    takes: 'input',
    isSlow: true,
    summary: 'Change what tasks say, who owns them, or what they wait for.',
  },
  task_renew: {
    method: 'POST',
    path: '/v1/tasks/renew',
    effect: 'work',
    takes: 'input',
    summary: 'Go on for another lease.',
  },
  task_release: {
    method: 'POST',
    path: '/v1/tasks/release',
    effect: 'work',
    takes: 'input',
    summary: 'Give tasks back to the board.',
  },
  task_done: {
    method: 'POST',
    path: '/v1/tasks/done',
    effect: 'work',
    takes: 'input',
    isSlow: true,
    summary: 'Say that tasks are completed.',
  },
  task_cancel: {
    method: 'POST',
    path: '/v1/tasks/cancel',
    effect: 'work',
    takes: 'input',
    summary: 'Say that tasks are not to be done any more.',
  },
  task_drop: {
    method: 'POST',
    path: '/v1/tasks/drop',
    effect: 'work',
    takes: 'input',
    summary: 'Take tasks from the board for good; tells which others referred to them.',
  },
  task_archive: {
    method: 'POST',
    path: '/v1/tasks/archive',
    effect: 'work',
    takes: 'input',
    summary: 'Put tasks away.',
  },
  task_restore: {
    method: 'POST',
    path: '/v1/tasks/restore',
    effect: 'work',
    takes: 'input',
    summary: 'Bring tasks back that were put away.',
  },
} as const satisfies Record<BoardVerbName, BoardVerb>
