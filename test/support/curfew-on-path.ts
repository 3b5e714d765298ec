import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cleaning } from './cleaning.ts'
import { CURFEW, type House, makeHouse } from './house.ts'

/** A house whose shells find this build under the name `curfew`. */
export function houseWithCurfewOnPath(t: Cleaning): House {
  const house = makeHouse(t)
  const bin = join(house.folder, 'bin')
  mkdirSync(bin)
  writeFileSync(
    join(bin, 'curfew'),
    `#!/bin/sh\nexec ${CURFEW.map((part) => `'${part}'`).join(' ')} "$@"\n`,
  )
  chmodSync(join(bin, 'curfew'), 0o755)
  return { ...house, env: { ...house.env, PATH: `${bin}:${house.env.PATH}` } }
}
