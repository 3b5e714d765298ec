import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { blankRecord } from '../../formats/exit-record.ts'
import { syncFolder } from '../atomic-write.ts'
import { failedDoing, isMissing } from '../system-error.ts'
import { encodeEnvironment, type Environment } from './job-environment.ts'
import { type RunPaths, runPaths } from './run-paths.ts'

export interface JobContent {
  /** All that a lost store needs to know this job again; no value of the environment. */
  readonly spec: Readonly<Record<string, unknown>>
  readonly environment: Environment
}

const JOB_NAME = /^[1-9]\d{0,15}$/
const REMOVED = '.removed-'

/** Makes the folder of a new job; when this returns, a power cut does not lose it. */
export function createJobFolder(jobs: string, id: number, content: JobContent): RunPaths {
  const paths = runPaths(jobs, id)
  try {
    makeFolder(paths)
    writeNew(paths.spec, `${JSON.stringify(content.spec)}\n`, true)
    writeNew(paths.environment, encodeEnvironment(content.environment), true)
    writeNew(paths.exit, blankRecord(), false)
    syncFolder(paths.job)
    syncFolder(jobs)
    return paths
  } catch (error) {
    throw failedDoing(`creating folder ${paths.job}`, error)
  }
}

/** A folder for the next attempt: fence, record and log of the earlier ones stay what they are. */
export function createAttemptFolder(jobs: string, id: number, attempt: number): RunPaths {
  const paths = runPaths(jobs, id, attempt)
  try {
    mkdirSync(paths.run, { recursive: true, mode: 0o700 })
    if (!existsSync(paths.started)) replace(paths.exit, blankRecord())
    syncFolder(paths.job)
    return paths
  } catch (error) {
    throw failedDoing(`creating folder ${paths.run}`, error)
  }
}

/** Replaces the spec of a job that has not run yet. */
export function rewriteJob(paths: RunPaths, content: Partial<JobContent>): void {
  const { spec, environment } = content
  if (spec !== undefined) replace(paths.spec, `${JSON.stringify(spec)}\n`)
  if (environment !== undefined) replace(paths.environment, encodeEnvironment(environment))
  syncFolder(paths.job)
}

/** What was given as spec; undefined when it is missing or not JSON. */
export function readSpec(paths: RunPaths): unknown {
  try {
    return JSON.parse(readFileSync(paths.spec, 'utf8'))
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return undefined
    throw failedDoing(`reading ${paths.spec}`, error)
  }
}

/** Ids of all jobs that have a folder, in ascending order. */
export function listJobFolders(jobs: string): number[] {
  try {
    const names = readdirSync(jobs).filter((name) => JOB_NAME.test(name))
    return names.map(Number).toSorted((a, b) => a - b)
  } catch (error) {
    if (isMissing(error)) return []
    throw failedDoing(`listing ${jobs}`, error)
  }
}

/** Removes a job with its environment and output. One that is gone, or half gone, is no failure. */
export function removeJobFolder(jobs: string, id: number): void {
  const { job } = runPaths(jobs, id)
  const doomed = join(jobs, `${REMOVED}${id}`)
  try {
    renameSync(job, doomed)
  } catch (error) {
    if (!isMissing(error)) throw failedDoing(`removing ${job}`, error)
  }
  removeAll(doomed)
}

/** Removes what a removal that was killed has left over. */
export function sweepRemovedJobs(jobs: string): void {
  for (const name of readdirSync(jobs).filter((each) => each.startsWith(REMOVED))) {
    removeAll(join(jobs, name))
  }
}

/** The remains of a submission that was never recorded make way; a job that ran does not. */
function makeFolder(paths: RunPaths): void {
  if (existsSync(paths.job) && !existsSync(paths.started)) removeAll(paths.job)
  mkdirSync(dirname(paths.job), { recursive: true, mode: 0o700 })
  mkdirSync(paths.job, { mode: 0o700 })
}

function replace(path: string, content: string): void {
  rmSync(`${path}.new`, { force: true })
  writeNew(`${path}.new`, content, true)
  renameSync(`${path}.new`, path)
}

function writeNew(path: string, content: string, durable: boolean): void {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants
  const fd = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
  try {
    const bytes = Buffer.from(content)
    let written = 0
    while (written < bytes.length) written += writeSync(fd, bytes, written)
    if (durable) fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

function removeAll(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true })
  } catch (error) {
    throw failedDoing(`removing ${path}`, error)
  }
}
