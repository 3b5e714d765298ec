import type { Marker } from './marker.ts'

/** The text of a marker, laid out for people. Apart from the schema, so that writing one does not load zod. */
export function formatMarker(marker: Marker): string {
  return `${JSON.stringify(marker, undefined, 2)}\n`
}
