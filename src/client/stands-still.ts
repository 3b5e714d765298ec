import { ProblemError } from '../domain/problem.ts'
import { readProcess } from '../host/jobs/process-list.ts'
import { readMarker } from '../host/marker-file.ts'

/** Whether the process that the marker names was stopped, as by Ctrl-Z or a debugger; false where nothing tells. */
export async function standsStill(marker: string): Promise<boolean> {
  try {
    const seen = await readMarker(marker)
    return seen.kind === 'marker' && readProcess(seen.marker.pid)?.isStopped === true
  } catch (error) {
    if (error instanceof ProblemError) return false
    throw error
  }
}
