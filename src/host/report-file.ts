import { lstatSync } from 'node:fs'
import type { ReportContent } from '../domain/report.ts'
import { parseReport } from '../formats/report-text.ts'
import type { FileMark } from './heartbeat-file.ts'
import { readSmallFile } from './read-small-file.ts'

export interface ReportRead {
  readonly content: ReportContent
  readonly mark: FileMark
}

const MOST_BYTES = 256 * 1024

/** Reads whatever lies under the name of a report; undefined when nothing does any more. */
export function readReport(path: string): ReportRead | undefined {
  const file = readSmallFile(path, { maxBytes: MOST_BYTES })
  if (file.kind === 'missing') return undefined
  if (file.kind === 'ok') return { content: parseReport(file.text), mark: file.facts }
  const mark = file.facts ?? lstatSync(path, { throwIfNoEntry: false })
  return mark && { content: { kind: 'torn', reason: file.reason }, mark }
}
