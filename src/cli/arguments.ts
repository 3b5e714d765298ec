import { InvalidArgumentError } from 'commander'

const MOST_ROWS = 1000

export function parseLimit(text: string): number {
  return wholeNumber(text, MOST_ROWS)
}

export function parseId(text: string): number {
  return wholeNumber(text, Number.MAX_SAFE_INTEGER)
}

function wholeNumber(text: string, most: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value
  throw new InvalidArgumentError(`expected a whole number from 1 to ${most}`)
}
