/** Those who wait for jobs to end. */
export interface EndWaiters {
  /** Resolves when one of them has ended, the time is over, nobody asks any more, or the daemon leaves. */
  next(ids: readonly number[], withinMs: number, gone: AbortSignal): Promise<void>
  tell(ids: readonly number[]): void
  /** Nobody waits any more. */
  close(): void
  isClosed(): boolean
}

export function createEndWaiters(): EndWaiters {
  const waiting = new Map<number, Set<() => void>>()
  let closed = false

  async function next(ids: readonly number[], withinMs: number, gone: AbortSignal): Promise<void> {
    if (closed || gone.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, withinMs)
    gone.addEventListener('abort', () => resolve(), { once: true })
    for (const id of ids) waiting.set(id, (waiting.get(id) ?? new Set()).add(resolve))
    await promise
    clearTimeout(timer)
    for (const id of ids) {
      waiting.get(id)?.delete(resolve)
      if (waiting.get(id)?.size === 0) waiting.delete(id)
    }
  }

  function tell(ids: readonly number[]): void {
    for (const id of ids) for (const resolve of waiting.get(id) ?? []) resolve()
  }

  return {
    next,
    tell,
    close: () => {
      closed = true
      tell([...waiting.keys()])
    },
    isClosed: () => closed,
  }
}
