import { InvalidArgumentError } from 'commander'
import { parseId } from './arguments.ts'

/** Ids with blanks or commas between them; for arguments and options that may be repeated. */
export function collectIds(text: string, before: readonly number[] = []): number[] {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '')
  if (parts.length === 0) throw new InvalidArgumentError('expected an id such as 3')
  return [...before, ...parts.map(parseId)]
}
