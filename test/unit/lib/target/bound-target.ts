/** A target file of a few endpoints, bound. */
import { readSettings } from '../../../../lib/base/settings.ts'
import { bindTarget, type Target } from '../../../../lib/target/target.ts'

export const targetWith = (endpoints: object, more: object = {}): Target =>
  bindTarget(
    { name: 'mine', base_url: 'http://127.0.0.1:1/', auth: { flow: 'none' }, endpoints, ...more },
    'targets/mine.json',
    readSettings({}),
    true,
  )
