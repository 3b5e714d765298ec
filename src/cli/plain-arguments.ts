import { isReportId } from '../domain/report-id.ts'
import type { CommonOptions } from './shell.ts'

export interface PlainOptions extends CommonOptions {
  readonly lines?: number
}

/** A command line that was read without the parser. */
export interface PlainCall {
  readonly options: PlainOptions
  readonly words: readonly string[]
}

const ID = /^[1-9]\d{0,14}$/
const COUNT = /^\d{1,9}$/

/** Nothing behind the name. */
export function readNothing(args: readonly string[]): PlainCall | undefined {
  return args.length === 0 ? { options: {}, words: [] } : undefined
}

/** Nothing, or `--json`. */
export function readJson(args: readonly string[]): PlainCall | undefined {
  if (args.length === 1 && args[0] === '--json') return { options: { json: true }, words: [] }
  return readNothing(args)
}

/** `-- CMD`, maybe with `--json` before it. */
export function readCommand(args: readonly string[]): PlainCall | undefined {
  const end = args.indexOf('--')
  const call = end === -1 ? undefined : readJson(args.slice(0, end))
  return call && { ...call, words: args.slice(end + 1) }
}

/** `ID`, maybe with `-n N` behind it. */
export function readIdAndLines([id = '', ...rest]: readonly string[]): PlainCall | undefined {
  return ID.test(id) ? readLines([id], rest) : undefined
}

/** `tail ID`, maybe with `-n N` behind it. */
export function readTail([verb, id = '', ...rest]: readonly string[]): PlainCall | undefined {
  return verb === 'tail' && isReportId(id) ? readLines([verb, id], rest) : undefined
}

function readLines(
  words: readonly string[],
  [flag, lines = '', ...more]: readonly string[],
): PlainCall | undefined {
  if (more.length > 0) return undefined
  if (flag === undefined) return { options: {}, words }
  if (flag !== '-n' || !COUNT.test(lines)) return undefined
  return { options: { lines: Number(lines) }, words }
}
