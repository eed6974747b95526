// Everything of the window that writes messages, and the permission for it: there only where the program offers it. It
// sends nothing by itself.
import type { PublishCommands } from '../backend'
import { Grants } from './grants.svelte'
import { Publish } from './publish.svelte'

export class Writing {
  readonly grants: Grants
  readonly publish: Publish

  constructor(commands: PublishCommands) {
    this.grants = new Grants(commands)
    this.publish = new Publish(commands, this.grants)
  }

  async start(): Promise<void> {
    await this.grants.refresh()
  }

  /** Something was sent, or a permission came or went. */
  heard(): void {
    void this.grants.refresh()
    this.publish.heard()
  }

  stop(): void {
    this.grants.stop()
    this.publish.stop()
  }
}
