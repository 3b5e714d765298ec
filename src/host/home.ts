import { lstatSync, mkdirSync, type Stats, statSync } from 'node:fs'
import os from 'node:os'
import { dirname } from 'node:path'
import { ProblemError } from '../domain/problem.ts'
import { printableLine } from '../domain/printable.ts'
import { isThere } from './file-exists.ts'
import { innerFolders, outerFolders, type Paths } from './paths.ts'
import { errorCode, failedDoing, isMissing } from './system-error.ts'

const OTHERS_MAY_WRITE = 0o022

/** The longest name the system takes for a unix socket, in bytes. */
export const LONGEST_SOCKET = process.platform === 'darwin' ? 103 : 107

/** Makes the home and its folders, private to us, or says in one line why this home cannot be used. */
export function prepareHome(paths: Paths): void {
  checkHome(paths)
  for (const folder of [paths.home, ...outerFolders(paths), ...innerFolders(paths)]) {
    makeFolder(folder)
  }
  checkHome(paths)
}

/** Refuses a home that is not ours alone. A home that is not there yet passes. */
export function checkHome(paths: Paths): void {
  checkSocketName(paths.socket)
  const stats = lookAtHome(paths.home)
  if (stats === undefined) return
  const problem = homeProblem(paths.home, stats)
  if (problem !== undefined) throw unusable(...problem)
}

/** Whether the home is a folder of our own, though maybe with loose modes, which may then be mended. */
export function isOwnHome(home: string): boolean {
  try {
    const stats = lookAtHome(home)
    return stats !== undefined && strangeness(home, stats) === undefined
  } catch (error) {
    if (error instanceof ProblemError) return false
    throw error
  }
}

function homeProblem(home: string, stats: Stats): [string, string] | undefined {
  const strange = strangeness(home, stats)
  if (strange !== undefined || (stats.mode & OTHERS_MAY_WRITE) === 0) return strange
  const shown = printableLine(home)
  const mode = (stats.mode & 0o777).toString(8)
  return [`home ${shown} can be written by others (mode ${mode})`, `chmod 700 ${shown}`]
}

function strangeness(home: string, stats: Stats): [string, string] | undefined {
  const shown = printableLine(home)
  if (stats.isSymbolicLink()) {
    return [`home ${shown} is a symbolic link`, 'give the folder itself with --home or CURFEW_HOME']
  }
  if (!stats.isDirectory()) {
    return [`home ${shown} is not a folder`, 'move it away, or choose another with --home']
  }
  const uid = process.getuid?.()
  if (uid !== undefined && stats.uid !== uid) {
    return [
      `home ${shown} belongs to user ${stats.uid}, we are ${uid}`,
      'choose a home of your own with --home',
    ]
  }
  if (isSharedFolder(stats)) {
    return [
      `home ${shown} is a folder that programs share`,
      'choose a folder inside it with --home',
    ]
  }
  return undefined
}

function checkSocketName(socket: string): void {
  const bytes = Buffer.byteLength(socket)
  if (bytes <= LONGEST_SOCKET) return
  const message = `the socket's name ${printableLine(socket)} has ${bytes} bytes, the system takes ${LONGEST_SOCKET}`
  throw unusable(message, 'choose a home with a shorter path with --home or CURFEW_HOME')
}

function lookAtHome(home: string): Stats | undefined {
  try {
    return lstatSync(home)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    if (errorCode(error) === 'ENOTDIR') {
      throw unusable(`home ${printableLine(home)} lies below a file`, 'choose another with --home')
    }
    throw unusable(`home ${printableLine(home)}: ${errorCode(error)}`, 'choose another with --home')
  }
}

function isSharedFolder(home: Stats): boolean {
  return [os.tmpdir(), '/tmp', '/var/tmp', '/dev/shm', '/'].some((shared) => {
    try {
      const stats = statSync(shared, { throwIfNoEntry: false })
      return stats !== undefined && stats.ino === home.ino && stats.dev === home.dev
    } catch (error) {
      throw failedDoing(`looking at ${shared}`, error)
    }
  })
}

function makeFolder(folder: string): void {
  try {
    makeWithParents(folder)
  } catch (error) {
    if (errorCode(error) === 'EEXIST') throw unusable(`${folder} is not a folder`, 'move it away')
    const hint = 'make room or give the folder back, or choose another with --home'
    throw unusable(`creating folder ${printableLine(folder)}: ${errorCode(error)}`, hint)
  }
  if (!lstatSync(folder).isDirectory()) {
    throw unusable(`${printableLine(folder)} is not a folder of its own`, 'move it away')
  }
}

/** One by one: on a file system that refuses new folders as if they were missing, Node's own way never ends. */
function makeWithParents(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    if (errorCode(error) === 'EEXIST' && statSync(folder).isDirectory()) return
    const parent = dirname(folder)
    if (!isMissing(error) || parent === folder || isThere(parent)) throw error
    makeWithParents(parent)
    mkdirSync(folder, { mode: 0o700 })
  }
}

function unusable(message: string, hint: string): ProblemError {
  return new ProblemError({ kind: 'unusable', message, hint })
}
