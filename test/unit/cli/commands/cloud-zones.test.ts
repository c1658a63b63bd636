import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cloudOptions } from '../../../../cli/commands/build.ts'
import { UsageError } from '../../../../lib/base/errors.ts'

test('load zones with their shares', () => {
  assert.deepEqual(cloudOptions(true), {})
  assert.deepEqual(cloudOptions('amazon:us:ashburn=60, amazon:ie:dublin=40'), {
    distribution: {
      amazon_us_ashburn: { loadZone: 'amazon:us:ashburn', percent: 60 },
      amazon_ie_dublin: { loadZone: 'amazon:ie:dublin', percent: 40 },
    },
  })
})

for (const [zones, found] of [
  ['amazon:us:ashburn', /found "amazon:us:ashburn"$/],
  ['amazon:us:ashburn=0,amazon:ie:dublin=100', /found "amazon:us:ashburn=0"$/],
  ['ashburn=100', /found "ashburn=100"$/],
  ['amazon:us:ashburn=60,amazon:ie:dublin=30', /found 90 % in all$/],
  ['amazon:us:ashburn=50,amazon:us:ashburn=50', /found amazon:us:ashburn twice$/],
] as const)
  test(`refused: --cloud ${zones}`, () =>
    assert.throws(
      () => cloudOptions(zones),
      (error) => error instanceof UsageError && /^--cloud: expected load zones/.test(error.message) && found.test(error.message),
    ))
