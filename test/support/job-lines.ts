/** The id in what `run --follow` and `run --wait --json` say about their job. */
export function jobOf(stderr: string): number {
  return Number(/^curfew: job (\d+)$/m.exec(stderr)?.[1])
}
