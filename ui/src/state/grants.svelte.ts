// The permissions to write that hold now. The program gives and checks them; here they are asked for and shown.
import { asFault, type CommandFault, type Grant, type PublishCommands, type WriteTarget } from '../backend'

export class Grants {
  list = $state.raw<readonly Grant[]>([])
  fault = $state.raw<CommandFault | null>(null)
  /** The native dialog is open. */
  asking = $state(false)
  /** The target whose last dialog was answered with no. */
  declined = $state.raw<WriteTarget | null>(null)
  #expiry: ReturnType<typeof setTimeout> | null = null

  constructor(readonly writes: PublishCommands) {}

  of(target: WriteTarget | null): Grant | null {
    return target === null ? null : (this.list.find((grant) => sameTarget(grant, target)) ?? null)
  }

  async refresh(): Promise<void> {
    try {
      this.list = await this.writes.listGrants()
      this.fault = null
    } catch (thrown) {
      this.fault = asFault(thrown)
    }
    this.#watchExpiry()
  }

  /** Null: the user said no, or it could not be asked. */
  async ask(target: WriteTarget, typedName: string | null): Promise<Grant | null> {
    if (this.asking) return null
    this.asking = true
    this.declined = null
    try {
      const grant = await this.writes.requestGrant(target, typedName)
      this.declined = grant === null ? target : null
      await this.refresh()
      return grant
    } catch (thrown) {
      this.fault = asFault(thrown)
      return null
    } finally {
      this.asking = false
    }
  }

  async revoke(id: string): Promise<void> {
    try {
      await this.writes.revokeGrant(id)
    } catch (thrown) {
      this.fault = asFault(thrown)
      return
    }
    await this.refresh()
  }

  stop(): void {
    if (this.#expiry !== null) clearTimeout(this.#expiry)
    this.#expiry = null
  }

  /** A permission that ended is gone from the window at that moment. */
  #watchExpiry(): void {
    this.stop()
    const first = Math.min(...this.list.map((grant) => grant.expiresAt))
    if (Number.isFinite(first)) this.#expiry = setTimeout(() => void this.refresh(), Math.max(1_000, first - Date.now()))
  }
}

export const sameTarget = (one: WriteTarget | null, other: WriteTarget | null): boolean =>
  one?.connection === other?.connection && one?.stream === other?.stream
