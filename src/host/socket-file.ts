import { chmodSync, lstatSync, readdirSync, renameSync, rmSync } from 'node:fs'
import type { Server } from 'node:net'
import { dirname, join } from 'node:path'
import { ProblemError } from '../domain/problem.ts'
import { failedDoing, isMissing } from './system-error.ts'

export interface BoundSocket {
  /** Removes the name, if it still leads to us. */
  remove(): void
}

const UNREADY = /^\.s\d+$/

/**
 * Listens on a unix socket. It is bound under a name of its own, made private, then moved into
 * place: nobody ever meets it unready, and closing it cannot take a successor's name away.
 */
export async function listenOn(server: Server, path: string): Promise<BoundSocket> {
  refuseOther(path)
  try {
    sweepUnready(dirname(path))
    return await bind(server, path)
  } catch (error) {
    throw failedDoing(`listening on ${path}`, error)
  }
}

async function bind(server: Server, path: string): Promise<BoundSocket> {
  const temporary = join(dirname(path), `.s${process.pid}`)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(temporary, () => {
      server.off('error', reject)
      resolve()
    })
  })
  chmodSync(temporary, 0o600)
  const { ino } = lstatSync(temporary)
  renameSync(temporary, path)
  return { remove: () => removeIfOurs(path, ino) }
}

/** Sockets that were never moved into place: whoever bound them was killed just then. */
function sweepUnready(folder: string): void {
  for (const name of readdirSync(folder).filter((each) => UNREADY.test(each))) {
    const path = join(folder, name)
    if (lstatSync(path, { throwIfNoEntry: false })?.isSocket()) rmSync(path, { force: true })
  }
}

/** A dead daemon's socket may be replaced; anything else at that name is not ours to remove. */
function refuseOther(path: string): void {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats === undefined || stats.isSocket()) return
  throw new ProblemError({
    kind: 'unusable',
    message: `${path} is not a socket`,
    hint: 'move it away, then start again',
  })
}

function removeIfOurs(path: string, ino: number): void {
  try {
    if (lstatSync(path).ino === ino) rmSync(path, { force: true })
  } catch (error) {
    if (!isMissing(error)) throw failedDoing(`removing socket ${path}`, error)
  }
}
