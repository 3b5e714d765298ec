import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { writeAtomically } from './atomic-write.ts'
import { errorCode, isMissing, reasonOf } from './system-error.ts'

/** A small file that is there for as long as we are. Nothing here throws: who keeps one has other work to do. */
export interface KeptFile {
  /** Replaces the content; tells what went wrong, if anything. After `remove` it does nothing. */
  write(content: string): string | undefined
  remove(): void
}

const keptHere = new Set<string>()
let listens = false

/** Keeps a file that goes when the process exits. Its folder is made if need be, private to us. */
export function keepFile(path: string): KeptFile {
  let removed = false
  return {
    write: (content) => {
      if (removed) return undefined
      const isFirst = !keptHere.has(path)
      keptHere.add(path)
      listenForExit()
      const write = (): void => writeAtomically(path, content, { durable: false })
      return tryTo(`writing ${path}`, () => writeInFolder(path, write, isFirst))
    },
    remove: () => {
      removed = true
      keptHere.delete(path)
      tryTo(`removing ${path}`, () => rmSync(path, { force: true }))
    },
  }
}

/** Puts an empty file where somebody watches for one; tells what went wrong, if anything. */
export function leaveMark(path: string): string | undefined {
  const write = (): void => writeFileSync(path, '', { mode: 0o600 })
  return tryTo(`writing ${path}`, () => writeInFolder(path, write, false))
}

/** A home that was removed while we run is not made again by us: nobody may want it back. */
export function writeInFolder(path: string, write: () => void, makeHome: boolean): void {
  try {
    write()
  } catch (error) {
    if (!isMissing(error)) throw error
    makeFolder(dirname(path), makeHome)
    write()
  }
}

/** By hand, because `recursive` never returns where no folder can be made, as in /proc. */
export function makeFolder(path: string, withParents: boolean): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return
    if (errorCode(error) !== 'ENOENT' || !withParents || dirname(path) === path) throw error
    makeFolder(dirname(path), true)
    mkdirSync(path, { mode: 0o700 })
  }
}

/** One listener for all of them, or Node warns of a leak from the eleventh on. */
function listenForExit(): void {
  if (listens) return
  listens = true
  process.on('exit', () => {
    for (const path of keptHere) tryTo(`removing ${path}`, () => rmSync(path, { force: true }))
  })
}

function tryTo(doing: string, act: () => void): string | undefined {
  try {
    act()
    return undefined
  } catch (error) {
    return `${doing}: ${reasonOf(error)}`
  }
}
