/** All users at once: limits of a hundred milliseconds, which no server holds that shares two cores with other runs. */
import { passes } from '../hostile/good.ts'

passes('gateway', {})
