import type { BoardExportView, BoardImportView, TaskView } from '../contract/boards.ts'
import { ProblemError } from '../domain/problem.ts'
import { noBoard } from '../domain/task-problems.ts'
import type { BoardRequestOf } from '../formats/board-requests.ts'
import type { Deps } from './deps.ts'
import { leaseFor } from './task-lease.ts'
import { viewTasks } from './tasks.ts'
import { viewBoard } from './view-board.ts'

const EVERYTHING = [{ internal: true }, { archived: true }] as const

interface ViewDeps extends Pick<Deps, 'clock' | 'store'> {
  readonly boards: Pick<Deps['boards'], 'uncountedMs'>
}

/** Everything there is, also what is internal or archived, by id. */
export async function exportBoard(
  deps: ViewDeps,
  { list }: BoardRequestOf<'board_export'>,
): Promise<BoardExportView> {
  const found = await deps.store().tasks.boardWith(list, EVERYTHING)
  if (found === undefined) throw new ProblemError(noBoard(list))
  const { role, session, metadata, last_id } = viewBoard(found.board)
  return {
    format: 'curfew-board',
    version: 1,
    board: { role, session, metadata, last_id },
    tasks: viewTasks(deps, found.tasks).map(withoutPlace),
  }
}

export async function importBoard(
  deps: Deps,
  { as, from, list }: BoardRequestOf<'board_import'>,
): Promise<BoardImportView> {
  const { problems, ...read } = await deps.boards.readBoard(from)
  const outcome = await deps.store().tasks.importBoard({
    ...read,
    list,
    from,
    by: as ?? null,
    nowMs: deps.clock.wallMs(),
    leaseMs: leaseFor(deps),
  })
  if (!outcome.ok) throw new ProblemError(areTaken(outcome.taken))
  deps.boards.changed()
  const board = await deps.store().tasks.board(list)
  if (board === undefined) throw new ProblemError(noBoard(list))
  return { board: viewBoard(board), imported: read.tasks.length, problems }
}

function withoutPlace(task: TaskView) {
  const { list: _list, wrapper: _wrapper, ready: _ready, untouched: _untouched, ...rest } = task
  const { version: _version, ...exported } = rest
  return exported
}

function areTaken(ids: readonly number[]) {
  return {
    kind: 'refused',
    message: `the board has tasks with ${ids.length === 1 ? 'the id' : 'the ids'} ${ids.slice(0, 20).join(', ')} already; nothing was taken in`,
    hint: 'import into a board of another name, or `curfew board reset` this one first',
  } as const
}
