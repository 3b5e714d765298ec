import type { Job } from '../../domain/job.ts'
import { rebuildJob } from '../../domain/job-rebuild.ts'
import { isThere } from '../../host/file-exists.ts'
import type { ParsedJobSpec } from '../../formats/job-spec.ts'
import { listJobFolders, readSpec, removeJobFolder } from '../../host/jobs/job-folder.ts'
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
    const tickets = new Map<number, string>()
    for (const id of wanted) {
      const found = await rebuildOne(parts, id, known.get(id), unreadable)
      if (found?.job !== undefined) rebuilt.push(found.job)
      if (found?.ticket !== undefined) tickets.set(id, found.ticket)
    }
    // With their tickets: who asks again for what was cut short gets the same job.
    if (rebuilt.length > 0) await parts.store().restore(rebuilt, tickets)
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
): Promise<{ job: Job | undefined; ticket: string | undefined } | undefined> {
  try {
    if (record === undefined && isUnfinished(parts.paths.jobs, id)) {
      removeJobFolder(parts.paths.jobs, id)
      return undefined
    }
    const spec = await readDraft(parts, id)
    if (!spec.ok) {
      unreadable.push(`job ${id} (its spec ${spec.reason})`)
      return undefined
    }
    const tale = readTale(parts.paths.jobs, id)
    return { job: rebuildJob(record, spec.draft, tale, parts.now()), ticket: spec.ticket }
  } catch (error) {
    unreadable.push(`job ${id} (${error instanceof Error ? error.message : String(error)})`)
    return undefined
  }
}

/** A submission that was cut short before the last of its files: nobody was told of it, and nothing has run. */
function isUnfinished(jobs: string, id: number): boolean {
  const { spec, started } = runPaths(jobs, id)
  return !isThere(spec) && !isThere(started)
}

/** The schema is loaded only where there is a spec to read. */
async function readDraft(parts: JobParts, id: number): Promise<ParsedJobSpec> {
  const { parseJobSpec } = await import('../../formats/job-spec.ts')
  const parsed = parseJobSpec(readSpec(runPaths(parts.paths.jobs, id)))
  if (!parsed.ok || parsed.draft.id === id) return parsed
  return { ok: false, reason: `is that of job ${parsed.draft.id}` }
}
