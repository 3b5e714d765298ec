import type { Turn } from '../../src/domain/turn.ts'

export type Decided = Extract<Turn, { kind: 'decided' }>

/** A promise that was not kept. */
export class Broken extends Error {}

export function broken(promise: string, details: object): never {
  throw new Broken(`${promise} ${JSON.stringify(details)}`)
}
