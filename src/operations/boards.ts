import type { BoardResetView, BoardView } from '../contract/boards.ts'
import { ProblemError } from '../domain/problem.ts'
import { noBoard } from '../domain/task-problems.ts'
import type { BoardRequestOf } from '../formats/board-requests.ts'
import type { Deps } from './deps.ts'
import { viewBoard } from './view-board.ts'

type ViewDeps = Pick<Deps, 'store'>

export async function listBoards(
  { store }: ViewDeps,
  { archived, limit, session, after }: BoardRequestOf<'boards'>,
): Promise<BoardView[]> {
  const boards = await store().tasks.boards({
    archived,
    limit,
    ...(session === undefined ? {} : { session }),
    ...(after === undefined ? {} : { after }),
  })
  return boards.map(viewBoard)
}

export async function showBoard({ store }: ViewDeps, { list }: BoardRequestOf<'board'>) {
  const board = await store().tasks.board(list)
  if (board === undefined) throw new ProblemError(noBoard(list))
  return viewBoard(board)
}

export async function createBoard(
  deps: Deps,
  { list, role, session, metadata, as }: BoardRequestOf<'board_create'>,
): Promise<BoardView> {
  const { board } = await deps.store().tasks.createBoard({
    list,
    by: as ?? null,
    nowMs: deps.clock.wallMs(),
    ...(role === undefined ? {} : { role }),
    ...(session === undefined ? {} : { session }),
    ...(metadata === undefined ? {} : { metadata }),
  })
  return viewBoard(board)
}

export async function archiveBoard(
  deps: Deps,
  { list, as }: BoardRequestOf<'board_archive'>,
): Promise<BoardView> {
  await deps.store().tasks.archiveBoard({ list, by: as ?? null, nowMs: deps.clock.wallMs() })
  return showBoard(deps, { list })
}

export async function resetBoard(
  deps: Deps,
  { list, as }: BoardRequestOf<'board_reset'>,
): Promise<BoardResetView> {
  const ask = { list, by: as ?? null, nowMs: deps.clock.wallMs() }
  const removed = await deps.store().tasks.resetBoard(ask)
  if (removed === undefined) throw new ProblemError(noBoard(list))
  deps.boards.changed()
  return { list, removed }
}
