/** Those who wait for something to happen to one of several things. */
export interface Waiters<Key> {
  /** Resolves when one of them is told, the time is over, nobody asks any more, or the daemon leaves. */
  next(keys: readonly Key[], withinMs: number, gone: AbortSignal): Promise<void>
  tell(keys: readonly Key[]): void
  /** Nobody waits any more. */
  close(): void
  isClosed(): boolean
}

export function createWaiters<Key>(): Waiters<Key> {
  const waiting = new Map<Key, Set<() => void>>()
  let closed = false

  async function next(keys: readonly Key[], withinMs: number, gone: AbortSignal): Promise<void> {
    if (closed || gone.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const hear = (): void => resolve()
    const timer = setTimeout(hear, withinMs)
    gone.addEventListener('abort', hear, { once: true })
    for (const key of keys) waiting.set(key, (waiting.get(key) ?? new Set()).add(hear))
    await promise
    clearTimeout(timer)
    gone.removeEventListener('abort', hear)
    for (const key of keys) {
      waiting.get(key)?.delete(hear)
      if (waiting.get(key)?.size === 0) waiting.delete(key)
    }
  }

  function tell(keys: readonly Key[]): void {
    for (const key of keys) for (const hear of waiting.get(key) ?? []) hear()
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
