// Layers by the names that a person knows them by.
import { m } from '../../paraglide/messages.js'
import type { LayerKind } from '../../state/words'

export const LAYER_NAMES: Readonly<Record<LayerKind, () => string>> = {
  kpl: m.layer_kpl,
  gzip: m.layer_gzip,
  zlib: m.layer_zlib,
  zstd: m.layer_zstd,
  lz4: m.layer_lz4,
  snappyFrame: m.layer_snappy_frame,
  snappy: m.layer_snappy,
  base64: m.layer_base64,
  glue: m.layer_glue,
  confluent: m.layer_confluent,
  cloudWatchLogs: m.layer_cloudwatch,
  dynamoDb: m.layer_dynamodb,
  eventBridge: m.layer_eventbridge,
  cloudEvents: m.layer_cloudevents,
  sns: m.layer_sns,
  sqs: m.layer_sqs,
  dms: m.layer_dms,
  lambdaFailure: m.layer_lambda,
  jsonDocuments: m.layer_documents,
  avroContainer: m.layer_avro_container,
  json: m.layer_json,
  text: m.layer_text,
  messagePack: m.layer_message_pack,
  cbor: m.layer_cbor,
  avro: m.layer_avro,
  protobuf: m.layer_protobuf,
  xml: m.layer_xml,
  binary: m.layer_binary,
}

const FORMATS: readonly LayerKind[] = ['json', 'text', 'messagePack', 'cbor', 'avro', 'protobuf', 'xml', 'binary']

/** The last layer of an event; others hold something. */
export const isFormat = (kind: LayerKind): boolean => FORMATS.includes(kind)
