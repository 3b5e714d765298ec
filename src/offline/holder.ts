import os from 'node:os'
import type { Marker } from '../formats/marker.ts'
import { judgeHolder, type MarkerSeen, readMarker } from '../host/marker-file.ts'
import type { Paths } from '../host/paths.ts'

export interface Holder {
  readonly seen: MarkerSeen
  /** Null when there is no marker, or none that can be read. */
  readonly marker: Marker | null
  /** The process that wrote the marker lives on this host. */
  readonly alive: boolean
  /** Why it is taken for alive or gone, as half a sentence. */
  readonly reason: string
}

/** Who the marker says holds this home. */
export async function lookAtHolder(paths: Paths): Promise<Holder> {
  const seen = await readMarker(paths.marker)
  const judgement = judgeHolder(seen, os.hostname())
  return {
    seen,
    marker: seen.kind === 'marker' ? seen.marker : null,
    alive: judgement.verdict === 'held' || judgement.verdict === 'ours',
    reason: judgement.reason,
  }
}
