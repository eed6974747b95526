// The forms that records are copied in, each with its name in a menu and its keys.
import type { KeyLine } from '../../base/keymap'
import { m } from '../../paraglide/messages.js'
import type { CopyForm } from '../../state/words'

interface Form<Id extends string> {
  readonly form: Id
  /** As a line of a menu under "Copy as". */
  readonly name: () => string
  readonly line: KeyLine
}

const copied = <Id extends string>(form: Id, name: () => string, keys: string): Form<Id> => ({
  form,
  name,
  line: { id: `explore.copy-${form}`, scope: 'explore', group: m.group_copy, title: () => m.key_copy_as({ form: name() }), keys: [keys] },
})

export const ONE_FORMS: readonly Form<CopyForm>[] = [
  copied('text', m.copy_text, 'y y'),
  copied('json', m.copy_json, 'y j'),
  copied('base64', m.copy_base64, 'y 6'),
  copied('hex', m.copy_hex, 'y h'),
  copied('awsCommand', m.copy_aws, 'y a'),
  copied('curl', m.copy_curl, 'y c'),
  copied('boto3', m.copy_boto3, 'y b'),
  copied('lambdaEvent', m.copy_lambda, 'y l'),
]

export type ManyForm = 'ndjson' | 'csv' | 'lambda'
const many = (form: ManyForm, name: () => string, keys: string): Form<ManyForm> => ({
  form,
  name,
  line: {
    id: `explore.copy-many-${form}`,
    scope: 'explore',
    group: m.group_copy,
    title: () => m.key_copy_many({ form: name() }),
    keys: [keys],
  },
})

/** Of the records that were picked by hand. */
export const MANY_FORMS: readonly Form<ManyForm>[] = [
  many('ndjson', m.copy_ndjson, 'y n'),
  many('csv', m.copy_csv, 'y v'),
  many('lambda', m.copy_lambda, 'y L'),
]

export const COPY_FORMS: readonly Form<string>[] = [...ONE_FORMS, ...MANY_FORMS]
export type OneForm = Form<CopyForm>
export type ManyFormLine = Form<ManyForm>
