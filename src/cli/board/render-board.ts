import type { BoardShownView, BoardView, TaskView } from '../../contract/boards.ts'
import { printableLine } from '../../domain/printable.ts'
import { fit, widthOf } from '../fit.ts'
import { paint } from '../style.ts'
import { type Branch, drawTree } from './task-tree.ts'
import { COLOURS, MARKS, ownerText, roughly, standingOf } from './task-words.ts'

const MOST_STEM = 60
const LEAST_SUBJECT = 12
const MOST_SUBJECT = 400
const MOST_SEEN = 5

/** A board with its tasks as a tree: what comes first above, what waits for it below. */
export function renderBoard(board: BoardShownView, nowMs: number, columns: number): string {
  const states = new Map(board.tasks.map(({ id, status }) => [id, status]))
  const lines = drawTree(board.tasks).map((branch) => {
    const also = branch.also.filter((id) => !isOver(states.get(id)))
    return renderBranch({ ...branch, also }, nowMs, columns)
  })
  return [...headOf(board, nowMs, columns), ...lines].map((line) => `${line}\n`).join('')
}

/** As much as a terminal of so many rows shows, with a word about the rest. */
export function cutToHeight(text: string, rows: number): string {
  const lines = text.split('\n')
  if (lines.length <= rows) return text
  const left = lines.length - rows + 1
  return [...lines.slice(0, rows - 2), paint('dim', `… ${left} more`), ''].join('\n')
}

/** What is not shown may have ended or not. */
function isOver(status: TaskView['status'] | undefined): boolean {
  return status === undefined || status === 'completed' || status === 'cancelled'
}

function headOf(board: BoardView, nowMs: number, columns: number): string[] {
  const about = [
    board.role === null ? '' : `role ${printableLine(board.role, 60)}`,
    board.session === null ? '' : `session ${printableLine(board.session, 60)}`,
    board.archived_at === null ? '' : 'archived',
  ].filter((part) => part !== '')
  const title = [`board "${printableLine(board.list, 80)}"`, ...about].join(', ')
  const seen = board.seen
    .slice(0, MOST_SEEN)
    .map(({ who, at }) => `${printableLine(who, 40)} ${roughly(nowMs - Date.parse(at))} ago`)
  const lines = [paint('bold', fit(title, columns)), fit(countsText(board), columns)]
  return seen.length === 0
    ? lines
    : [...lines, paint('dim', fit(`seen: ${seen.join(', ')}`, columns))]
}

export function countsText({ counts }: Pick<BoardView, 'counts'>): string {
  const parts = [
    `${MARKS.ready} ${counts.pending} pending`,
    `${MARKS.in_progress} ${counts.in_progress} in progress`,
    `${MARKS.completed} ${counts.completed} completed`,
    ...(counts.cancelled === 0 ? [] : [`${MARKS.cancelled} ${counts.cancelled} cancelled`]),
  ]
  return parts.join('  ')
}

function renderBranch({ task, stem, also }: Branch, nowMs: number, columns: number): string {
  const standing = standingOf(task)
  const shownStem = shortened(stem, Math.max(4, Math.min(MOST_STEM, Math.floor(columns / 3))))
  const head = `${MARKS[standing]} ${task.id} `
  const room = columns - widthOf(shownStem) - widthOf(head)
  const note = noteOf(task, also, nowMs)
  const wanted = printableLine(task.subject, MOST_SUBJECT)
  const noteRoom =
    note === '' ? 0 : Math.max(0, room - Math.min(widthOf(wanted), LEAST_SUBJECT) - 2)
  const shownNote = noteRoom < 3 ? '' : fit(note, noteRoom)
  const subject = fit(wanted, room - (shownNote === '' ? 0 : widthOf(shownNote) + 2))
  const own = paint(COLOURS[standing], `${head}${subject}`)
  return `${shownStem === '' ? '' : paint('dim', shownStem)}${own}${shownNote === '' ? '' : `  ${paint('dim', shownNote)}`}`
}

function noteOf(task: TaskView, also: readonly number[], nowMs: number): string {
  const parts = [
    ownerText(task, nowMs),
    task.status === 'pending' && also.length > 0 ? `also after ${also.join(', ')}` : '',
    task.status === 'pending' && task.priority !== 0 ? `priority ${task.priority}` : '',
    task.untouched ? `untouched for ${roughly(nowMs - Date.parse(task.updated_at))}` : '',
  ]
  return parts.filter((part) => part !== '').join(', ')
}

/** The end of it, which is next to the task. */
function shortened(stem: string, most: number): string {
  return stem.length <= most ? stem : `⋯${stem.slice(1 - most)}`
}
