/** ISO-8601 UTC with milliseconds and Z: the form of every `…_at` field. */
export function isoTime(wallMs: number): string {
  return new Date(Math.max(-LAST_MS, Math.min(LAST_MS, wallMs))).toISOString()
}

/** The end of time as dates know it; a damaged number is shown as that. */
const LAST_MS = 8.64e15
