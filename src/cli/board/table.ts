import { fit, padded, widthOf } from '../fit.ts'
import { paint } from '../style.ts'

export interface Row {
  readonly cells: readonly string[]
  /** What gets the room that is left. */
  readonly last: string
  readonly style: Parameters<typeof paint>[0]
}

const GAP = '  '
const LEAST_LAST = 10

/** Rows below their heads, no wider than so many columns; what nobody has anything in is left out. */
export function table(heads: readonly string[], rows: readonly Row[], columns: number): string {
  const lastHead = heads.at(-1) ?? ''
  const widths = heads.slice(0, -1).map((head, at) => {
    const widest = Math.max(0, ...rows.map(({ cells }) => widthOf(cells[at] ?? '')))
    return widest === 0 ? 0 : Math.max(widest, widthOf(head))
  })
  const before = widths.reduce((sum, width) => sum + (width === 0 ? 0 : width + GAP.length), 0)
  const room = Math.max(LEAST_LAST, columns - before)
  const lineOf = (cells: readonly string[], last: string): string => {
    const shown = widths.flatMap((width, at) => {
      const cell = cells[at] ?? ''
      return width === 0
        ? []
        : [/^\d+$|^ID$/.test(cell) ? cell.padStart(width) : padded(cell, width)]
    })
    return [...shown, fit(last, room)].join(GAP).trimEnd()
  }
  const lines = rows.map(({ cells, last, style }) => paint(style, lineOf(cells, last)))
  return [paint('dim', lineOf(heads, lastHead)), ...lines].map((line) => `${line}\n`).join('')
}
