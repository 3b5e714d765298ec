import os from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { judgeHolder, readMarker } from '../host/marker-file.ts'
import type { Paths } from '../host/paths.ts'

/** `left`: nobody is there, and the last one went in order; `died`: the last one did not. */
export type Holder = 'there' | 'left' | 'died'

/** Who holds the home, without a knock: behind the socket of a service that would start one. */
export async function lookForHolder({ marker }: Paths): Promise<Holder> {
  const { verdict } = judgeHolder(await readMarker(marker), os.hostname())
  if (verdict === 'free') return 'left'
  return verdict === 'dead' ? 'died' : 'there'
}

/** Waits a little; not at all once the signal says that it is enough. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal })
  } catch (error) {
    if (signal?.aborted !== true) throw error
  }
}
