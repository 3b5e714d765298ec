import type { Client } from '../client/client.ts'
import type { HelloView } from '../contract/shapes.ts'
import { ProblemError } from '../domain/problem.ts'

/** Who answers after a start; a daemon that left at once is a failure. */
export async function whoAnswers(client: Client): Promise<HelloView> {
  const hello = await client.ask('hello', {})
  if (hello !== undefined) return hello
  throw new ProblemError({
    kind: 'failed',
    message: 'the daemon left as soon as it was ready',
    hint: '`curfew events` tells why',
  })
}
