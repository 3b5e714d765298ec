/** Grows when a client of the old number could no longer talk to a daemon of the new one. */
export const PROTOCOL = 1

export const PROTOCOL_HEADER = 'curfew-protocol'
export const VERSION_HEADER = 'curfew-version'
