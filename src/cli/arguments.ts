import { InvalidArgumentError } from 'commander'

const MOST_ROWS = 1000

export function parseLimit(text: string): number {
  return wholeNumber(text, MOST_ROWS)
}

export function parseId(text: string): number {
  return wholeNumber(text, Number.MAX_SAFE_INTEGER)
}

/** 0 or more. */
export function parseCount(text: string): number {
  return wholeNumber(text, Number.MAX_SAFE_INTEGER, 0)
}

/** Also below 0. */
export function parseInteger(text: string): number {
  if (/^[-+]?\d{1,9}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('expected a whole number')
}

function wholeNumber(text: string, most: number, least = 1): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least && value <= most) return value
  throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`)
}
