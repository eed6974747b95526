// What a new definition begins with: it can be read, and finds what carries a sagaId.
export const STARTER = `apiVersion: kinescope/v1
saga: my-saga
version: 1
event:
  type: ["$.eventType", "$.commandType", "$.type"]
  time: ["$.timestamp", "$.time"]
correlate:
  key: sagaId
  paths:
    - { at: "$.sagaId" }
`
