import { expect, test } from 'vitest'
import { hintParts } from './typed-line'

test.each([
  ['Run: aws sso login --profile dev', 'Run: ', 'aws sso login --profile dev', ''],
  ['Check the profile: aws sts get-caller-identity --profile dev', 'Check the profile: ', 'aws sts get-caller-identity --profile dev', ''],
  ['Sign in with `aws sso login`, then try again.', 'Sign in with ', 'aws sso login', ', then try again.'],
  ['Ask for kinesis:ListShards in your IAM policy.', 'Ask for kinesis:ListShards in your IAM policy.', null, ''],
  ['The aws command is not needed.', 'The aws command is not needed.', null, ''],
])('%s', (hint, before, line, after) => {
  expect(hintParts(hint)).toEqual({ before, line, after })
})
