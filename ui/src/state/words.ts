// The wire's words for views and tests, which may not import the backend. Types only.
export type {
  AppInfo, CaptureRow, CaptureStart, CaptureState, CaptureStatus, Connection, ConnectionChoices, ConnectionSource, Consumer, DemoStatus,
  Feature, GapRow, KeyPlacement, Lane, LaneCoverage, NewCapture, OpenConnection, Preset, Profile, ReadMeter, RecordDetails, RecordRow,
  Shard, ShardProgress, ShardProgressState, StreamDetails, StreamRow, Tag, TreeRow, ViewStatus,
} from '../backend'
export type { CommandFault } from '../backend'
