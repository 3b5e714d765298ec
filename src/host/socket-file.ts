import { chmodSync, lstatSync, renameSync, rmSync } from 'node:fs'
import type { Server } from 'node:net'
import { dirname, join } from 'node:path'
import { ProblemError } from '../domain/problem.ts'
import { failedDoing, isMissing } from './system-error.ts'

export interface BoundSocket {
  /** Removes the name, if it still leads to us. */
  remove(): void
}

/**
 * Listens on a unix socket. It is bound under a name of its own, made private, then moved into
 * place: nobody ever meets it unready, and closing it cannot take a successor's name away.
 */
export async function listenOn(server: Server, path: string): Promise<BoundSocket> {
  refuseOther(path)
  const temporary = join(dirname(path), `.s${process.pid}`)
  rmSync(temporary, { force: true })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(temporary, () => {
      server.off('error', reject)
      resolve()
    })
  }).catch((error: unknown) => {
    throw failedDoing(`listening on ${path}`, error)
  })
  chmodSync(temporary, 0o600)
  const { ino } = lstatSync(temporary)
  renameSync(temporary, path)
  return { remove: () => removeIfOurs(path, ino) }
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
