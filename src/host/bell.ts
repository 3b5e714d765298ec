import { type FSWatcher, watch } from 'node:fs'

/** Rings when something in a folder may have changed, and a little later where the watcher missed it. */
export interface Bell {
  rings(): Promise<void>
  ring(): void
  close(): void
}

/** A change that the watcher missed is seen this much later. */
const LOOK_MS = 500

export function makeBell(folder: string): Bell {
  let rung = false
  let wake = (): void => undefined
  const ring = (): void => {
    rung = true
    wake()
  }
  const watcher = watchFolder(folder, ring)
  const timer = setInterval(ring, LOOK_MS)
  return {
    ring,
    rings: async () => {
      if (!rung) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      rung = false
    },
    close: () => {
      clearInterval(timer)
      watcher?.close()
    },
  }
}

/** Without a watcher (their number is limited) the timer alone has to do. */
function watchFolder(folder: string, ring: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, ring)
    watcher.on('error', () => watcher.close())
    return watcher
  } catch (error) {
    if (error instanceof Error) return undefined
    throw error
  }
}
