import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { ProblemError } from '../../domain/problem.ts'
import { errorCode, failedDoing, isMissing } from '../system-error.ts'

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
/** A link, or a socket or device. */
const NO_FILE = new Set(['ELOOP', 'EMLINK', 'ENXIO', 'EOPNOTSUPP'])

/** Opens what lies in a job's folder. The job may have put anything there: it neither blocks nor leads elsewhere. */
export function openPlain(path: string): number | 'missing' | 'odd' {
  let fd: number
  try {
    fd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  } catch (error) {
    if (isMissing(error)) return 'missing'
    if (NO_FILE.has(errorCode(error) ?? '')) return 'odd'
    throw failedDoing(`opening ${path}`, error)
  }
  if (fstatSync(fd).isFile()) return fd
  closeSync(fd)
  return 'odd'
}

/** All of it; undefined while nothing is there. */
export function readPlain(path: string): string | undefined {
  const fd = openPlain(path)
  if (fd === 'missing') return undefined
  if (fd === 'odd') throw noPlainFile(path)
  try {
    return readFileSync(fd, 'utf8')
  } catch (error) {
    throw failedDoing(`reading ${path}`, error)
  } finally {
    closeSync(fd)
  }
}

export function noPlainFile(path: string): ProblemError {
  return new ProblemError({
    kind: 'failed',
    message: `${path} is not a file of its own (a link, folder or device lies there)`,
    hint: 'move it away',
  })
}
