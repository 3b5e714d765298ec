import type { ReportView } from '../contract/reports.ts'
import { printableLine } from '../domain/printable.ts'
import { REPORT_STATES } from '../domain/report-facts.ts'
import { type Offer, type Offered, offerFor, orNone } from './complete-jobs.ts'
import type { Shell } from './shell.ts'

const MOST_REPORTS = 50
const TAKES_ID = ['report show', 'report tail']

/** Makes completion offer the reports there are. */
export async function offerReports(
  commands: ReadonlyMap<string, Offered>,
  shell: Shell,
): Promise<void> {
  const reports = await orNone(() => recentReports(shell))
  const offer = (complete: Offer): void => {
    for (const { task_id, tool, state } of reports) {
      complete(task_id, `${state}: ${printableLine(tool ?? 'unreadable', 60)}`)
    }
  }
  for (const name of TAKES_ID) commands.get(name)?.argument('id', offer)
  offerFor(commands.get('reports'), 'before', offer)
  offerFor(commands.get('reports'), 'state', (complete) => {
    for (const state of REPORT_STATES) complete(state, 'a state')
  })
}

async function recentReports(shell: Shell): Promise<ReportView[]> {
  const { client, paths } = shell.open({})
  const live = await client.peek('reports', { limit: MOST_REPORTS })
  if (live !== undefined) return live
  const { offlineReports } = await import('../offline/reports.ts')
  return offlineReports(paths, shell.environment, { limit: MOST_REPORTS })
}
