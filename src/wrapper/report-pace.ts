import { systemClock } from '../host/clock.ts'

/** When a report is written: seldom enough to cost nothing, and never so late that nobody sees a prompt. */
export interface ReportPace {
  /** There is more to tell, within half a second. */
  soon(): void
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
  let creditMs = wroteMs
  let timer: NodeJS.Timeout | undefined
  let isDue = false
  let stopped = false

  function writeNow(): void {
    clearTimeout(timer)
    if (stopped) return
    isDue = false
    write()
    wroteMs = systemClock.wallMs()
    timer = setTimeout(writeNow, refreshMs).unref()
  }

  function soon(): void {
    // Asked of the wall clock, which costs least, and held to be wrong when it goes back.
    const sinceMs = systemClock.wallMs() - wroteMs
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
      credit = Math.min(AT_ONCE, credit + Math.max(0, nowMs - creditMs) / APART_MS)
      creditMs = nowMs
      if (credit < 1) return soon()
      credit -= 1
      writeNow()
    },
    stop: () => {
      stopped = true
      clearTimeout(timer)
    },
  }
}
