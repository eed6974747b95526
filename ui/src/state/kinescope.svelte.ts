// Everything the window knows, made once for a backend: it starts the facades, hears the pings, and beats the clock.
// Views take it from the context.
import { createContext } from 'svelte'
import { Keymap } from '../base/keymap'
import { asFault, type AppInfo, type Backend, type CaptureStatus, type CommandFault, type Ping, type ReadMeter } from '../backend'
import { isLanguage, type LanguageChoice } from '../base/language'
import type { Zone } from '../base/zone'
import { USUAL_ZOOM } from '../base/zoom'
import { Apart } from './apart.svelte'
import { Captures } from './captures.svelte'
import { Connections } from './connections.svelte'
import { Demo } from './demo.svelte'
import type { Explorer } from './explorer.svelte'
import { Exports } from './exports.svelte'
import { Jobs } from './jobs.svelte'
import { KnownTexts } from './known-texts.svelte'
import { Keys } from './keys.svelte'
import { Masking } from './masking.svelte'
import { Notices } from './notices.svelte'
import { Replaying } from './replaying.svelte'
import type { Asked } from './questions.svelte'
import type { SagaDesk } from './sagas.svelte'
import { Settings } from './settings.svelte'
import { StreamFacts } from './stream-facts.svelte'
import { Streams } from './streams.svelte'
import { Beat, type Standstill } from './standstill'
import { Tabs } from './tabs.svelte'
import type { ViewHistory } from './view-history.svelte'
import { Watched } from './watched.svelte'
import { Writing } from './writing.svelte'

const CLOCK_MILLIS = 1_000

export class Kinescope {
  info = $state.raw<AppInfo | null>(null)
  fault = $state.raw<CommandFault | null>(null)
  ready = $state(false)
  /** Records in the workspace. */
  records = $state(0)
  /** A file was dropped on the window; `opened`: it opens in a window of its own. */
  ondropped: (file: { readonly name: string; readonly opened: boolean }) => void = () => undefined
  /** A later start of the program was given a link to follow. */
  onlink: (link: string) => void = () => undefined
  readonly keymap = new Keymap()
  readonly settings = new Settings()
  readonly keys = new Keys(this.keymap)
  readonly notices = new Notices()
  readonly connections: Connections
  readonly captures: Captures
  readonly demo: Demo
  /** The explorer's views. */
  readonly tabs: Tabs
  readonly streams: Streams
  /** What the rows of the stream lists say beyond ListStreams. */
  readonly streamFacts: StreamFacts
  /** Publishing and replays, where the program offers them. */
  readonly writing: Writing | null
  readonly replaying: Replaying | null
  /** Masking rules, where the program keeps them. */
  readonly masking: Masking | null
  /** Files of records, where the program writes them. */
  readonly exports: Exports | null
  readonly jobs: Jobs
  readonly apart: Apart
  /** The state of screens that were opened, for who looks on from elsewhere. */
  opened = $state.raw<{ readonly asked: Asked | null; readonly sagas: SagaDesk | null }>({ asked: null, sagas: null })
  #asked: Asked | null = null
  /** The zone that texts are read in. */
  #toldZone: Zone | null = null
  /** A window opens at its usual size. */
  #zoomed: number = USUAL_ZOOM
  #sagas: SagaDesk | null = null
  /** The calls of the connection, and the shards of the capture, that are looked at. */
  readonly meter: Watched<ReadMeter>
  readonly capture: Watched<CaptureStatus>
  /** The last time that captures stood still with the whole machine. */
  standstill = $state.raw<Standstill | null>(null)
  readonly #beat = new Beat()
  #clock: ReturnType<typeof setInterval> | null = null

  /** `own`: the page is that of the inspector's own window, and is not started. */
  constructor(
    readonly backend: Backend,
    own = false,
  ) {
    this.connections = new Connections(backend)
    this.captures = new Captures(backend)
    this.demo = new Demo(backend)
    const filters = backend.asking ? new KnownTexts(backend.asking, 'filter') : null
    this.tabs = new Tabs({ backend, filters, tell: (fault) => this.notices.fail(fault) }, this.settings)
    this.streams = new Streams(backend)
    this.streamFacts = new StreamFacts(backend)
    this.writing = backend.publishing ? new Writing(backend.publishing) : null
    this.replaying = backend.replays && this.writing ? new Replaying(backend.replays, this.writing.grants, () => this.settings.zone) : null
    // what the window shows was asked for under other rules: all of it, drafts and lists too
    this.exports = backend.exports ? new Exports(backend.exports, this.notices) : null
    this.masking = backend.masks ? new Masking(backend.masks, () => location.reload()) : null
    this.jobs = new Jobs(this)
    const hands = { tell: (fault: CommandFault) => this.notices.fail(fault), move: (rows: number) => this.explorer.move(rows) }
    this.apart = new Apart(backend.inspectorWindow ?? null, hands, own)
    this.meter = new Watched((connection) => backend.connectionMeter(connection))
    this.capture = new Watched((capture) => backend.captureStatus(capture))
    this.keymap.setSingleKeys(this.settings.singleKeys)
  }

  /** That of the tab with the keyboard. */
  get explorer(): Explorer {
    return this.tabs.current.explorer
  }
  /** Where that was, and what can be undone. */
  get history(): ViewHistory {
    return this.tabs.current.history
  }

  /** The questions' state, once their screen was opened. */
  get asked(): Asked | null {
    return this.#asked
  }
  set asked(asked: Asked | null) {
    this.#asked = asked
    this.#open()
  }
  /** The saga screens' state, once they were opened: what makes it is loaded with them. */
  get sagas(): SagaDesk | null {
    return this.#sagas
  }
  set sagas(sagas: SagaDesk | null) {
    this.#sagas = sagas
    this.#open()
  }

  /** Later: it is made while a screen is being drawn. */
  #open(): void {
    queueMicrotask(() => {
      this.opened = { asked: this.#asked, sagas: this.#sagas }
    })
  }

  /** The list of a connection's streams, and what each of them is, asked for anew. */
  async reloadStreams(connection: string): Promise<void> {
    await this.connections.refreshStreams(connection)
    this.streamFacts.renew(connection)
  }

  /** `locale` is told the system's language before anything is shown, and awaited. */
  async start(locale: (tag: string) => Promise<void>): Promise<void> {
    try {
      const info = (this.info = await this.backend.appInfo())
      await locale(info.locale)
      await this.tellZone(this.settings.zone)
      await this.backend.subscribe((ping) => this.#hear(ping))
      const open = async (): Promise<void> => {
        await this.captures.refresh()
        await this.tabs.start(info.workspacePath, (id) => this.captures.rows.some((capture) => capture.id === id))
      }
      await Promise.all([this.connections.refresh(), this.demo.refresh(), open()])
      void this.explorer.filters?.load()
      void this.masking?.load()
      void this.writing?.start()
      void this.replaying?.start()
      this.jobs.heard()
      this.jobs.grew()
      this.fault = null
      this.#capturesChanged()
      void this.apart.again(this.explorer.selection.record?.id ?? null)
    } catch (thrown) {
      this.fault = asFault(thrown)
    }
    this.ready = true
  }

  /** Draws this window as large as it is set. */
  async zoom(percent: number): Promise<void> {
    if (percent === this.#zoomed) return
    this.#zoomed = percent
    try {
      await this.backend.zoomWindow(percent)
    } catch (thrown) {
      this.#zoomed = 0
      this.notices.fail(asFault(thrown))
    }
  }

  /** Times that a person writes without a zone are in that of the times on the screen. */
  async tellZone(zone: Zone): Promise<void> {
    const told = this.#toldZone
    if (!this.info || zone === told) return
    this.#toldZone = zone
    await this.backend.useLocalTime(zone === 'local')
    const { scope, filter, selection } = this.explorer
    if (told && filter !== '') await this.explorer.restore(scope, filter, selection.range)
  }

  /** The program's own dialogs ask in the language of the window. */
  async tellLanguage(choice: LanguageChoice): Promise<void> {
    // what is kept may be a language of another version
    try {
      await this.backend.speakLanguage(isLanguage(choice) ? choice : 'system')
    } catch (thrown) {
      this.notices.fail(asFault(thrown))
    }
  }

  stop(): void {
    this.#runClock(false)
    this.tabs.stop()
    this.exports?.stop()
    this.captures.stop()
    this.asked?.stop()
    this.sagas?.stop()
    this.writing?.stop()
    this.replaying?.stop()
    this.jobs.stop()
    this.meter.watch(null)
    this.capture.watch(null)
  }

  #hear(ping: Ping): void {
    if (ping.kind === 'grew') {
      this.records = ping.records
      this.tabs.stir()
      this.#stirWatched()
      this.captures.stir()
      this.jobs.grew()
    } else if (ping.kind === 'sagas') {
      this.sagas?.hear(ping.definitions)
    } else if (ping.kind === 'captures') {
      this.#stirWatched()
      void this.captures.refresh().then(() => this.#capturesChanged())
    } else if (ping.kind === 'link') {
      this.onlink(ping.link)
    } else if (ping.kind === 'dropped') {
      this.ondropped(ping)
    } else if (ping.kind === 'writes') {
      this.writing?.heard()
      this.replaying?.heard()
      this.jobs.heard()
    } else {
      void this.connections.refresh()
      void this.demo.refresh()
    }
  }

  #stirWatched(): void {
    this.meter.stir()
    this.capture.stir()
  }

  /** Whether the table has something to follow, and whether the clock must beat. */
  #capturesChanged(): void {
    const running = this.captures.running.length > 0
    this.tabs.happened(running ? 'captureStarted' : 'captureEnded')
    this.tabs.stir()
    this.#runClock(running)
  }

  /** Once a second while a capture runs: the window slides and lags age even where nothing arrives. */
  #runClock(on: boolean): void {
    if (on && this.#clock === null) {
      this.#clock = setInterval(() => {
        const stood = this.#beat.at(Date.now(), document.hidden)
        if (stood) this.standstill = stood
        if (document.hidden) return
        this.tabs.tick()
        this.captures.stir()
        this.#stirWatched()
      }, CLOCK_MILLIS)
    } else if (!on && this.#clock !== null) {
      clearInterval(this.#clock)
      this.#clock = null
      this.#beat.rest()
    }
  }
}

export const [useKinescope, setKinescope] = createContext<Kinescope>()
