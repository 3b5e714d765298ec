import { InvalidArgumentError } from 'commander'
import { isReportId } from '../domain/report-id.ts'

/** What names no report never meets a path. */
export function parseReportId(text: string): string {
  if (isReportId(text)) return text
  throw new InvalidArgumentError('expected the id of a report, as `curfew reports` prints it')
}
