import { PROTOCOL } from '../contract/protocol.ts'
import type { VerbName } from '../contract/verbs.ts'
import type { RequestOf } from '../formats/requests.ts'
import type { Deps } from '../operations/deps.ts'
import { listEvents } from '../operations/list-events.ts'
import { reload } from '../operations/reload.ts'
import { status } from '../operations/status.ts'
import { stop } from '../operations/stop.ts'

type Handler<Name extends VerbName> = (deps: Deps, input: RequestOf<Name>) => unknown

/** Which operation each verb calls. Live events are a stream and have a door of their own. */
export const HANDLERS: { readonly [Name in VerbName]: Handler<Name> } = {
  hello: ({ self }) => ({
    protocol: PROTOCOL,
    version: self.version,
    pid: self.pid,
    process_start: self.processStart,
    home: self.home,
    idle: true,
  }),
  status: (deps) => status(deps),
  events: (deps, { limit, before, after }) =>
    listEvents(deps, {
      limit,
      ...(before === undefined ? {} : { beforeId: before }),
      ...(after === undefined ? {} : { afterId: after }),
    }),
  reload: (deps) => reload(deps),
  stop: (deps, input) => stop(deps, input),
  openapi: async () => (await import('./openapi.ts')).openApiDocument(),
}
