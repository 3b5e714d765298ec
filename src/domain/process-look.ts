/** What one look at a process number showed. */
export type ProcessLook =
  | {
      readonly state: 'alive'
      /** With the number and the boot id, this names one process for ever. */
      readonly processStart: string
      /** The same moment on the wall clock, good to about a second. */
      readonly startedAtMs: number
    }
  /** No such process, or only its remains. */
  | { readonly state: 'gone' }
  /** There may be one: treat it as alive, never signal it. */
  | { readonly state: 'unknown' }
