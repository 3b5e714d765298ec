import type { SystemIdle } from '../domain/lifecycle.ts'

/** The driver of keyboard and mouse counts since they were last used. */
export const DARWIN_IDLE_QUESTION = {
  file: '/usr/sbin/ioreg',
  args: ['-c', 'IOHIDSystem', '-d', '4', '-r', '-k', 'HIDIdleTime'],
} as const

/** Somebody who moved the mouse so lately is there. */
const THERE_MS = 60_000

/** Reads `"HIDIdleTime" = 81234567890`, in nanoseconds. */
export function readDarwinIdle(text: string): SystemIdle {
  const counts = [...text.matchAll(/"HIDIdleTime"\s*=\s*(\d+)/g)].map((match) => Number(match[1]))
  if (counts.length === 0) return { kind: 'unknown', why: 'ioreg does not tell HIDIdleTime' }
  const forMs = Math.round(Math.min(...counts) / 1e6)
  return forMs < THERE_MS ? { kind: 'active' } : { kind: 'idle', forMs }
}
