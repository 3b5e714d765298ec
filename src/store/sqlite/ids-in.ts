import { type RawBuilder, sql } from 'kysely'

/** A list of ids as one parameter: the statement is the same however many they are. */
export function idsIn(ids: readonly number[]): RawBuilder<number> {
  return sql`(select value from json_each(${JSON.stringify(ids)}))`
}
