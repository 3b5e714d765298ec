import { didYouMean } from '../../domain/nearest.ts'
import { printableLine } from '../../domain/printable.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { House } from '../shell.ts'

const MOST_BOARDS = 1000

/** What is asked of a board that is not there fails with the name that was most likely meant. */
export async function ofBoard<Answer>(
  house: House,
  list: string,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.kind !== 'not_found') throw error
    throw (await misnamed(house, list)) ?? error
  }
}

/** Undefined where there is such a board, or nobody can tell. */
export async function misnamed({ client }: House, list: string): Promise<ProblemError | undefined> {
  const boards = await client.peek('boards', { limit: MOST_BOARDS })
  const names = boards?.map((board) => board.list) ?? []
  if (boards === undefined || names.includes(list)) return undefined
  return new ProblemError({
    kind: 'not_found',
    message: `there is no board "${printableLine(list, 80)}"${didYouMean(
      list,
      names.map((name) => printableLine(name, 80)),
    )}`,
    hint: '`curfew board list` lists them',
  })
}
