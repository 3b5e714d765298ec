import { PROTOCOL } from '../contract/protocol.ts'
import type { VerbName } from '../contract/verbs.ts'
import type { RequestOf } from '../formats/requests.ts'
import type { Deps } from '../operations/deps.ts'
import { resetChore, runChore } from '../operations/chores.ts'
import { listEvents } from '../operations/list-events.ts'
import { reload } from '../operations/reload.ts'
import { sendToBed } from '../operations/send-to-bed.ts'
import { status } from '../operations/status.ts'
import { stop } from '../operations/stop.ts'
import { wake } from '../operations/wake.ts'

type Handler<Name extends VerbName> = (deps: Deps, input: RequestOf<Name>) => unknown

/** Which operation each verb calls. Live events and holds are streams, each with a door of its own. */
export const HANDLERS: { readonly [Name in VerbName]: Handler<Name> } = {
  hello: ({ house, self }) => ({
    protocol: PROTOCOL,
    version: self.version,
    pid: self.pid,
    process_start: self.processStart,
    home: self.home,
    idle: house.now().holds.length === 0,
  }),
  status: (deps) => status(deps),
  events: (deps, { limit, before, after }) =>
    listEvents(deps, {
      limit,
      ...(before === undefined ? {} : { beforeId: before }),
      ...(after === undefined ? {} : { afterId: after }),
    }),
  wrappers: ({ house }) => house.wrappers(),
  wake: (deps, input) => wake(deps, input),
  bedtime: (deps, input) => sendToBed(deps, input),
  hold: () => ({ held: true }),
  chores: ({ house }) => house.chores(),
  run_chore: (deps, input) => runChore(deps, input),
  reset_chore: (deps, input) => resetChore(deps, input),
  reload: (deps) => reload(deps),
  stop: (deps, input) => stop(deps, input),
  openapi: async () => (await import('./openapi.ts')).openApiDocument(),
}
