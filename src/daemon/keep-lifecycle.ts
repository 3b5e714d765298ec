import type { LifecycleFile } from '../contract/shapes.ts'
import { isoTime } from '../domain/iso-time.ts'
import type { Clock } from '../host/clock.ts'
import { writeLifecycleFile } from '../host/lifecycle-file.ts'
import type { Lifecycle } from '../operations/deps.ts'
import type { Store } from '../store/store.ts'

const NOTE = 'last_activity_ms'

export interface LifecycleKeeper {
  now(): Lifecycle
  activity(): void
  /** Writes down what changed since the last time. */
  save(): Promise<void>
}

/** The state of the house and when somebody last did something; a restart is no activity. */
export async function keepLifecycle(
  clock: Clock,
  path: string,
  store: () => Store,
): Promise<LifecycleKeeper> {
  const known = Number(await store().readNote(NOTE))
  const nowMs = clock.wallMs()
  let lastActivityMs = Number.isSafeInteger(known) && known > 0 && known <= nowMs ? known : nowMs
  let savedActivityMs = lastActivityMs === known ? known : 0
  let fileSaid = ''
  const sinceMs = nowMs

  function now(): Lifecycle {
    return { state: 'WAKE', sinceMs, reason: 'the daemon is running', lastActivityMs }
  }

  return {
    now,
    activity: () => {
      lastActivityMs = clock.wallMs()
    },
    save: async () => {
      const file = view(now())
      const text = JSON.stringify(file)
      if (text !== fileSaid) {
        writeLifecycleFile(path, file)
        fileSaid = text
      }
      if (savedActivityMs === lastActivityMs) return
      const saving = lastActivityMs
      await store().writeNote(NOTE, String(saving))
      savedActivityMs = saving
    },
  }
}

function view(lifecycle: Lifecycle): LifecycleFile {
  return {
    state: lifecycle.state,
    since: isoTime(lifecycle.sinceMs),
    last_activity: isoTime(lifecycle.lastActivityMs),
    reason: lifecycle.reason,
  }
}
