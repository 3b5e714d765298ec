/** ISO-8601 UTC with milliseconds and Z: the form of every `…_at` field. */
export function isoTime(wallMs: number): string {
  return new Date(wallMs).toISOString()
}
