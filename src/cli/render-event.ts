import type { EventView } from '../contract/shapes.ts'
import { printableLine } from '../domain/printable.ts'
import { paint } from './style.ts'

const COLOURS = { info: 'reset', warn: 'yellow', error: 'red' } as const

/** One event on one line. */
export function renderEvent({ at, level, type, message }: EventView): string {
  const text = `${type.padEnd(16)} ${printableLine(message, 400)}`
  return `${paint('dim', at)} ${paint(COLOURS[level], text)}\n`
}
