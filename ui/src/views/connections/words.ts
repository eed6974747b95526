// Words of the catalogue for what an endpoint offers and for how the demo's sagas go.
import { m } from '../../paraglide/messages.js'
import type { Connection, CredentialKind, FeatureKind, KnownConnection, SagaKind } from '../../state/words'

const FEATURES: Readonly<Record<FeatureKind, () => string>> = {
  callerIdentity: m.feature_callerIdentity,
  streamSummary: m.feature_streamSummary,
  shardList: m.feature_shardList,
  consumers: m.feature_consumers,
  tags: m.feature_tags,
  lag: m.feature_lag,
  childShards: m.feature_childShards,
  subscriptions: m.feature_subscriptions,
}

const SAGAS: Readonly<Record<SagaKind, () => string>> = {
  happy: m.saga_happy,
  paymentFailed: m.saga_paymentFailed,
  shippingFailed: m.saga_shippingFailed,
  rejected: m.saga_rejected,
  cancelled: m.saga_cancelled,
  stuck: m.saga_stuck,
  redelivered: m.saga_redelivered,
  chargedTwice: m.saga_chargedTwice,
  latePayment: m.saga_latePayment,
  shippedUnpaid: m.saga_shippedUnpaid,
}

const CREDENTIALS: Readonly<Record<CredentialKind, () => string>> = {
  accessKey: m.credentials_accessKey,
  sso: m.credentials_sso,
  assumeRole: m.credentials_assumeRole,
  webIdentity: m.credentials_webIdentity,
  credentialProcess: m.credentials_credentialProcess,
  login: m.credentials_login,
  absent: m.credentials_absent,
}

/** In the order in which they are offered. */
export const COLOURS: readonly (readonly [KnownConnection['colour'], () => string])[] = [
  ['blue', m.known_blue],
  ['yellow', m.known_yellow],
  ['teal', m.known_teal],
  ['pink', m.known_pink],
  ['orange', m.known_orange],
  ['purple', m.known_purple],
]

export const ENVIRONMENTS: readonly (readonly [KnownConnection['environment'], () => string])[] = [
  ['unsaid', m.known_unsaid],
  ['development', m.known_development],
  ['test', m.known_test],
  ['staging', m.known_staging],
  ['production', m.known_production],
]

/** Null where nobody said. */
export function environmentWord(known: KnownConnection | undefined): string | null {
  const found = ENVIRONMENTS.find(([value]) => value === known?.environment)
  return found && found[0] !== 'unsaid' ? found[1]() : null
}

/** Whose credentials a connection takes. */
export function sourceWords(source: Connection['source']): string {
  switch (source.kind) {
    case 'demo':
      return m.connection_source_demo()
    case 'local':
      return m.connection_source_local()
    case 'environment':
      return m.connection_source_environment()
    case 'profile':
      return m.connection_source_profile({ name: source.name })
  }
}

/** Where a connection's endpoint was set. */
export function endpointSourceWords({ source, endpointSource }: Connection): string {
  switch (endpointSource.kind) {
    case 'entered':
      return source.kind === 'demo' ? m.endpoint_embedded() : source.kind === 'local' ? m.endpoint_preset() : m.endpoint_entered()
    case 'variable':
      return m.endpoint_variable({ name: endpointSource.name })
    case 'profileServices':
      return m.endpoint_services({ name: endpointSource.profile })
    case 'profile':
      return m.endpoint_profile({ name: endpointSource.profile })
    case 'awsDefault':
      return m.endpoint_aws()
  }
}

/** A setting that led to another of AWS's addresses, and where it was found. */
export function endpointFlagWords({ kind, source }: Connection['endpointFlags'][number]): string {
  const setting = kind === 'fips' ? m.endpoint_fips() : m.endpoint_dual_stack()
  if (source.kind === 'variable') return m.endpoint_flag_variable({ setting, name: source.name })
  return m.endpoint_flag_profile({ setting, name: source.kind === 'profile' ? source.profile : '' })
}

export const credentialsWord = (kind: CredentialKind): string => CREDENTIALS[kind]()
export const featureWord = (kind: FeatureKind): string => FEATURES[kind]()
export const sagaWord = (kind: SagaKind): string => SAGAS[kind]()
