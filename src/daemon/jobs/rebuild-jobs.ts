import type { Job, JobDraft } from '../../domain/job.ts'
import { rebuildJob } from '../../domain/job-rebuild.ts'
import { listJobFolders, readSpec } from '../../host/jobs/job-folder.ts'
import { readTale } from '../../host/jobs/read-tale.ts'
import { runPaths } from '../../host/jobs/run-paths.ts'
import type { JobParts } from './job-parts.ts'

const AT_ONCE = 500

/**
 * Takes in the jobs whose folders know more than the store does: all of them where the store was lost, else those
 * that were not recorded when a daemon was killed in the middle of taking them.
 */
export async function rebuildJobs(parts: JobParts, which: 'all' | 'unknown'): Promise<void> {
  const ids = listJobFolders(parts.paths.jobs)
  const unreadable: string[] = []
  let count = 0
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const some = ids.slice(from, from + AT_ONCE)
    const known = new Map((await parts.store().getMany(some)).map((job) => [job.id, job]))
    const wanted = which === 'all' ? some : some.filter((id) => !known.has(id))
    const rebuilt: Job[] = []
    for (const id of wanted) {
      const job = await rebuildOne(parts, id, known.get(id), unreadable)
      if (job !== undefined) rebuilt.push(job)
    }
    if (rebuilt.length > 0) await parts.store().restore(rebuilt)
    count += rebuilt.length
  }
  await parts.store().raiseIdFloor(ids.at(-1) ?? 0)
  if (count + unreadable.length === 0) return
  parts.emit({ type: 'jobs_rebuilt', count, unreadable: unreadable.slice(0, 10) })
}

/** One damaged folder stops nothing else, and is left as it is. */
async function rebuildOne(
  parts: JobParts,
  id: number,
  record: Job | undefined,
  unreadable: string[],
): Promise<Job | undefined> {
  try {
    const draft = await readDraft(parts, id)
    if (typeof draft === 'string') {
      unreadable.push(`job ${id} (its spec ${draft})`)
      return undefined
    }
    const tale = readTale(parts.paths.jobs, id)
    return rebuildJob(record, draft, tale, parts.now())
  } catch (error) {
    unreadable.push(`job ${id} (${error instanceof Error ? error.message : String(error)})`)
    return undefined
  }
}

/** The schema is loaded only where there is a spec to read. */
async function readDraft(parts: JobParts, id: number): Promise<JobDraft | string> {
  const { parseJobSpec } = await import('../../formats/job-spec.ts')
  const parsed = parseJobSpec(readSpec(runPaths(parts.paths.jobs, id)))
  if (!parsed.ok) return parsed.reason
  return parsed.draft.id === id ? parsed.draft : `is that of job ${parsed.draft.id}`
}
