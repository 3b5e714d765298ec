import { callDaemon } from '../../src/client/call.ts'
import { JOB_ENV } from './daemon-jobs.ts'
import type { House } from './house.ts'
import { waitFor } from './wait-for.ts'

/** Submits a line of shell whatever happens to the daemon meanwhile: asked again, it has the same ticket. */
export async function submitSurely(
  house: House,
  shell: string,
  ticket: string,
  wishes: { readonly group?: string } = {},
): Promise<number> {
  const { socket } = house.paths
  const input = { shell, ticket, cwd: house.folder, env: JOB_ENV, ...wishes }
  const id = await waitFor(
    async () => {
      const answer = await callDaemon('run', input, { socket })
      return answer.kind === 'ok' ? answer.value.id : undefined
    },
    { what: `${ticket} to be taken in` },
  )
  return id ?? 0
}
