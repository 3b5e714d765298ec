import { errorCode } from './system-error.ts'

export interface ProcessWatch {
  /** These instead of those before. */
  watch(pids: Iterable<number>): void
}

/** Asking costs a microsecond each. */
const LOOK_EVERY_MS = 1_000
const MOST = 2_000

/** Says soon after it that one of the processes is gone. It keeps no program alive. */
export function watchProcesses(gone: () => void): ProcessWatch {
  let watched: number[] = []
  let timer: NodeJS.Timeout | undefined

  function look(): void {
    const before = watched.length
    watched = watched.filter(isThere)
    if (watched.length < before) gone()
    if (watched.length === 0) stop()
  }

  function stop(): void {
    clearInterval(timer)
    timer = undefined
  }

  return {
    watch: (pids) => {
      watched = [...new Set(pids)].slice(0, MOST)
      if (watched.length === 0) stop()
      else timer ??= setInterval(look, LOOK_EVERY_MS).unref()
    },
  }
}

/** The remains of a process count as one; who looks closely, later, knows better. */
function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return errorCode(error) !== 'ESRCH'
  }
}
