import { ProblemError } from '../domain/problem.ts'
import { waitForSession } from '../client/wait-for-session.ts'
import { renderFollowUps } from './render-follow-ups.ts'
import { noteSilence } from './note-silence.ts'
import type { House, Shell } from './shell.ts'
import { handOut } from './write-out.ts'

/** As a job that has timed out. */
const TIME_IS_OVER = 124

/** Prints what a session is owed as soon as there is something, and says that it was heard once it is printed. */
export async function tellSession(
  shell: Shell,
  house: House,
  session: string,
  { json, timeoutMs }: { readonly json: boolean; readonly timeoutMs: number | undefined },
): Promise<number> {
  const { client } = house
  const owed = await waitForSession(client, session, {
    timeoutMs,
    onSilent: noteSilence(shell, house),
  })
  const text = json ? `${JSON.stringify(owed)}\n` : renderFollowUps(owed)
  // What did not reach its reader was not heard.
  const trouble = await handOut(text)
  if (trouble !== undefined) throw new ProblemError(unheard(trouble))
  if (owed.length === 0) return TIME_IS_OVER
  await client.demand('ack', { ids: owed.map(({ id }) => id) })
  return 0
}

function unheard(trouble: string) {
  return {
    kind: 'failed',
    message: `what there was to tell could not be printed (${trouble}), so it still counts as untold`,
  } as const
}
