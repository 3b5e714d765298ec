import { fileURLToPath } from 'node:url'
import { type ConnectOptions, type Connection, connectWith } from './client/connect.ts'

export type { ConnectOptions, Connection } from './client/connect.ts'
export type { EventView, StatusView } from './contract/shapes.ts'

/** Connects a program to the daemon of a home. */
export function connect(options: ConnectOptions = {}): Connection {
  return connectWith(fileURLToPath(new URL('../bin/curfew', import.meta.url)), options)
}
