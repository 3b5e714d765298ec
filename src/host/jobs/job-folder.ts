import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { parseJson } from '../../domain/parse-json.ts'
import { blankRecord } from '../../formats/exit-record.ts'
import { syncFolder } from '../atomic-write.ts'
import { errorCode, failedDoing, isMissing } from '../system-error.ts'
import { encodeEnvironment, type Environment } from './job-environment.ts'
import { readPlain } from './plain-file.ts'
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
    const environment = encodeEnvironment(content.environment)
    makeFolder(paths)
    writeBlank(paths.exit)
    writeAll([
      [paths.environment, environment],
      [`${paths.spec}.new`, specText(content.spec)],
    ])
    // Comes last: where there is a spec, all of it is there.
    renameSync(`${paths.spec}.new`, paths.spec)
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
    if (!existsSync(paths.started)) writeBlank(paths.exit)
    syncFolder(paths.job)
    return paths
  } catch (error) {
    throw failedDoing(`creating folder ${paths.run}`, error)
  }
}

/** Replaces the spec of a job that has not run yet. */
export function rewriteJob(paths: RunPaths, content: Partial<JobContent>): void {
  const { spec, environment } = content
  if (spec !== undefined) replace(paths.spec, specText(spec))
  if (environment !== undefined) replace(paths.environment, encodeEnvironment(environment))
  syncFolder(paths.job)
}

/** What was given as spec; undefined when it is missing or not JSON. */
export function readSpec(paths: RunPaths): unknown {
  const text = readPlain(paths.spec)
  return text === undefined ? undefined : parseJson(text)
}

/** Ids of all jobs that have a folder, in ascending order. */
export function listJobFolders(jobs: string): number[] {
  const names = namesIn(jobs).filter((name) => JOB_NAME.test(name))
  return names.map(Number).toSorted((a, b) => a - b)
}

/** Removes a job with its environment and output. One that is gone, or half gone, is no failure. */
export function removeJobFolder(jobs: string, id: number): void {
  const { job } = runPaths(jobs, id)
  const doomed = join(jobs, `${REMOVED}${id}`)
  try {
    renameSync(job, doomed)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw failedDoing(`removing ${job}`, error)
  }
  removeAll(doomed)
}

/** Removes what a removal that was killed has left over. */
export function sweepRemovedJobs(jobs: string): void {
  for (const name of namesIn(jobs).filter((each) => each.startsWith(REMOVED))) {
    removeAll(join(jobs, name))
  }
}

function namesIn(jobs: string): string[] {
  try {
    return readdirSync(jobs)
  } catch (error) {
    if (isMissing(error)) return []
    throw failedDoing(`listing ${jobs}`, error)
  }
}

/** The remains of a submission that was never recorded make way; a job that ran does not. */
function makeFolder(paths: RunPaths): void {
  if (existsSync(paths.job) && !existsSync(paths.started)) removeAll(paths.job)
  mkdirSync(dirname(paths.job), { recursive: true, mode: 0o700 })
  mkdirSync(paths.job, { mode: 0o700 })
}

function specText(spec: JobContent['spec']): string {
  return `${JSON.stringify(spec)}\n`
}

function replace(path: string, content: string): void {
  rmSync(`${path}.new`, { force: true })
  writeAll([[`${path}.new`, content]])
  renameSync(`${path}.new`, path)
}

/** Need not outlive a power cut: what it is for does not either, and the waiter makes up for it. */
function writeBlank(path: string): void {
  rmSync(path, { force: true })
  writeFileSync(path, blankRecord(), { mode: 0o600, flag: 'wx' })
}

/** All are written before the first is synced: the file system then commits them together. */
function writeAll(files: readonly (readonly [path: string, content: string])[]): void {
  const open: number[] = []
  try {
    for (const [path, content] of files) {
      const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants
      const fd = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
      open.push(fd)
      writeWhole(fd, Buffer.from(content))
    }
    for (const fd of open.toReversed()) fsyncSync(fd)
  } finally {
    for (const fd of open) closeSync(fd)
  }
}

function writeWhole(fd: number, bytes: Buffer): void {
  let written = 0
  while (written < bytes.length) written += writeSync(fd, bytes, written)
}

function removeAll(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true })
  } catch (error) {
    throw failedDoing(`removing ${path}`, error)
  }
}
