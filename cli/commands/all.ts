/** All commands, in the order in which help lists them. */

import { command as build } from './build.ts'
import { command as calibrate } from './calibrate.ts'
import { command as check } from './check.ts'
import type { Command } from './command.ts'
import { command as compare } from './compare.ts'
import { command as completion } from './completion.ts'
import { command as doctor } from './doctor.ts'
import { command as gatesDiff } from './gates-diff.ts'
import { command as init } from './init.ts'
import { command as judge } from './judge.ts'
import { command as k6 } from './k6.ts'
import { command as kubernetes } from './kubernetes.ts'
import { command as list } from './list.ts'
import { command as listResults } from './list-results.ts'
import { command as open } from './open.ts'
import { command as plan } from './plan.ts'
import { command as run } from './run.ts'
import { command as selftest } from './selftest.ts'
import { command as show } from './show.ts'

export const COMMANDS: readonly Command[] = [
  run,
  init,
  check,
  build,
  judge,
  list,
  show,
  open,
  listResults,
  compare,
  gatesDiff,
  k6,
  completion,
  calibrate,
  selftest,
  plan,
  kubernetes,
  doctor,
]
