// Words of the catalogue for what an endpoint offers and for how the demo's sagas go.
import { m } from '../../paraglide/messages.js'
import type { FeatureKind, SagaKind } from '../../state/words'

const FEATURES: Readonly<Record<FeatureKind, () => string>> = {
  callerIdentity: m.feature_callerIdentity,
  streamSummary: m.feature_streamSummary,
  shardList: m.feature_shardList,
  consumers: m.feature_consumers,
  tags: m.feature_tags,
  lag: m.feature_lag,
  childShards: m.feature_childShards,
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

export const featureWord = (kind: FeatureKind): string => FEATURES[kind]()
export const sagaWord = (kind: SagaKind): string => SAGAS[kind]()
