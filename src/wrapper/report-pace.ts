import { systemClock } from '../host/clock.ts'

/** When a report is written: seldom enough to cost nothing, and never so late that nobody sees a prompt. */
export interface ReportPace {
  /** There is more to tell, within half a second. `nowMs` is the time on the wall. */
  soon(nowMs: number): void
  /** There is something that people wait for. */
  now(): void
  stop(): void
}

const APART_MS = 500
/** So many milestones are written at once; under more than two a second the others wait like lines. */
const AT_ONCE = 5

/** None of its timers keeps the program alive. */
export function reportPace(write: () => void, refreshMs: number): ReportPace {
  let wroteMs = systemClock.wallMs()
  let credit = AT_ONCE
  let timer: NodeJS.Timeout | undefined
  let isDue = false
  let stopped = false

  /** Each write takes one from what may be written at once, and each half a second gives one back. */
  function creditAt(nowMs: number): number {
    return Math.min(AT_ONCE, credit + Math.max(0, nowMs - wroteMs) / APART_MS)
  }

  function writeNow(): void {
    clearTimeout(timer)
    if (stopped) return
    isDue = false
    credit = Math.max(0, creditAt(systemClock.wallMs()) - 1)
    write()
    wroteMs = systemClock.wallMs()
    timer = setTimeout(writeNow, refreshMs).unref()
  }

  function soon(nowMs: number): void {
    // The wall clock costs least, and is held to be wrong when it goes back.
    const sinceMs = nowMs - wroteMs
    if (sinceMs >= APART_MS || sinceMs < 0) writeNow()
    else if (!isDue && !stopped) {
      isDue = true
      clearTimeout(timer)
      timer = setTimeout(writeNow, APART_MS - sinceMs).unref()
    }
  }

  timer = setTimeout(writeNow, refreshMs).unref()
  return {
    soon,
    now: () => {
      const nowMs = systemClock.wallMs()
      if (creditAt(nowMs) >= 1) writeNow()
      else soon(nowMs)
    },
    stop: () => {
      stopped = true
      clearTimeout(timer)
    },
  }
}
