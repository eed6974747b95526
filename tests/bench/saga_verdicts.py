"""Reads saga events as NDJSON and says how each saga stands, with json and dicts: what a team would write in an hour.

Usage: saga_verdicts.py EVENTS.ndjson NOW_MILLIS
Prints one line of JSON: seconds, the number of sagas by status, and how many are stuck or had a redelivery.
"""
import json
import sys
import time
from datetime import datetime

STEPS = {
    "inventory": ("RESERVE_INVENTORY", "INVENTORY_RESERVED", "INVENTORY_REJECTED", "INVENTORY_RELEASED"),
    "payment": ("PROCESS_PAYMENT", "PAYMENT_PROCESSED", "PAYMENT_FAILED", "PAYMENT_REFUNDED"),
    "shipping": ("SHIP_ORDER", "ORDER_SHIPPED", "SHIPPING_FAILED", None),
}
STUCK_AFTER_MILLIS = 10_000


def millis(text):
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def verdict(events, now):
    events.sort(key=lambda event: event[0])
    seen, kinds, redelivered = set(), [], False
    for _, kind, event_id in events:
        if event_id is not None and event_id in seen:
            redelivered = True
            continue
        seen.add(event_id)
        kinds.append(kind)
    happened = set(kinds)
    done = [step for step, (_, success, _, _) in STEPS.items() if success in happened]
    failed = any(failure in happened for _, _, failure, _ in STEPS.values())
    undone = [step for step in done if STEPS[step][3] in happened]
    held = [step for step in done if STEPS[step][3] is not None and step not in undone]
    if failed or "ORDER_FAILED" in happened or "ORDER_CANCELLED" in happened:
        if not undone and not held:
            status = "failed"
        elif not held:
            status = "compensated"
        else:
            status = "partially compensated" if "ORDER_FAILED" in happened else "compensating"
    elif "ORDER_COMPLETED" in happened:
        status = "completed"
    else:
        status = "running"
    stuck = status == "running" and now - events[-1][0] > STUCK_AFTER_MILLIS
    return status, stuck, redelivered


def main(path, now, each=None):
    start = time.perf_counter()
    sagas = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            saga = event.get("sagaId")
            if saga is None:
                continue
            kind = event.get("eventType") or event.get("commandType")
            sagas.setdefault(saga, []).append((millis(event["timestamp"]), kind, event.get("eventId")))
    statuses, stuck, redelivered = {}, 0, 0
    told = {}
    for saga, events in sagas.items():
        status, is_stuck, was_redelivered = verdict(events, now)
        told[saga] = [status, is_stuck]
        statuses[status] = statuses.get(status, 0) + 1
        stuck += is_stuck
        redelivered += was_redelivered
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "statuses": statuses, "stuck": stuck, "redelivered": redelivered}))
    if each is not None:
        with open(each, "w", encoding="utf-8") as out:
            json.dump(told, out)


main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
