import type { BoardView } from '../../contract/boards.ts'
import { printableLine } from '../../domain/printable.ts'
import { fit } from '../fit.ts'
import { table } from './table.ts'
import { roughly } from './task-words.ts'

/** Boards as a table that fits so many columns. */
export function renderBoards(boards: readonly BoardView[], nowMs: number, columns: number): string {
  const share = Math.floor(Math.min(columns, 120) / 4)
  const rows = boards.map(({ list, role, session, counts, seen }) => {
    const [last] = seen
    const who = last === undefined ? '' : `${printableLine(last.who, 30)}, `
    const when = last === undefined ? '' : `${roughly(nowMs - Date.parse(last.at))} ago`
    const about = [role, session === null ? null : `session ${session}`].filter(
      (part) => part !== null,
    )
    return {
      cells: [
        fit(printableLine(list, 200), Math.max(10, share)),
        String(counts.pending),
        String(counts.in_progress),
        String(counts.completed),
        fit(printableLine(about.join(', '), 200), share - 5),
      ],
      last: `${who}${when}`,
      style: 'reset' as const,
    }
  })
  return table(['BOARD', 'OPEN', 'DOING', 'DONE', 'ABOUT', 'SEEN'], rows, columns)
}
