import { ProblemError } from '../domain/problem.ts'
import type { PlainOptions } from './plain-arguments.ts'
import { readReport } from './read-reports.ts'
import type { CommonOptions, Shell } from './shell.ts'

export interface TailOptions extends CommonOptions {
  readonly follow?: boolean
  readonly lines: number
  readonly raw?: boolean
}

/** As many as fit on a screen. */
export const LINES = 20

/** `report tail ID`, read without the parser. */
export function tailPlainly(
  shell: Shell,
  { lines = LINES }: PlainOptions,
  [, id = '']: readonly string[],
): Promise<number> {
  return tailReport(shell, { lines }, id)
}

export async function tailReport(shell: Shell, options: TailOptions, id: string): Promise<number> {
  const { follow = false, json = false, lines, raw = false } = options
  if (follow && json) throw new ProblemError(NOT_BOTH)
  const house = shell.open(options)
  const found = await readReport(shell, house, id)
  if (json) {
    const { reportTail } = await import('../offline/report-tail.ts')
    shell.out(`${JSON.stringify(reportTail(found, lines))}\n`)
    return 0
  }
  const { showReportLog } = await import('./show-report-log.ts')
  await showReportLog(shell, house, found, { follow, lines, raw })
  return 0
}

const NOT_BOTH = {
  kind: 'usage',
  message: 'what follows is the log itself, so there is no place for --json',
  hint: 'use --json without -f',
} as const
