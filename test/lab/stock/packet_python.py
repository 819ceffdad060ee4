"""Drives a facility with the stock packet-python, unmodified, and prints what it saw as JSON.

FACILITY_HOST is host and port, spoken to over HTTPS as the library always does; FACILITY_TOKEN and FACILITY_PROJECT
say who asks. The library trusts the certificates of REQUESTS_CA_BUNDLE.
"""

import json
import os
import time

import packet

PATIENCE = 180
MANY = 25
PROJECT = os.environ["FACILITY_PROJECT"]
ORDER = {"plan": "c2.medium.x86", "facility": "ewr1", "operating_system": "debian_12"}


def connect(token):
    manager = packet.Manager(auth_token=token, consumer_token="vent")
    manager.end_point = os.environ["FACILITY_HOST"]
    return manager


def refusal(call):
    """The status and the reason that the library read from an error's answer."""
    try:
        call()
    except packet.ResponseError as error:
        return {"status": error.response.status_code, "reason": str(error)}
    raise AssertionError("it was not refused")


def wait_for(manager, device_id, state):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            device = manager.get_device(device_id)
        except packet.ResponseError as error:
            if state == "gone" and error.response.status_code == 404:
                return None
            raise
        if device.state == state:
            return device
        time.sleep(0.02)
    raise AssertionError(f"device {device_id} is never {state}")


def read_catalogue(manager):
    return {
        "plans": {plan.slug: plan.pricing["hour"] for plan in manager.list_plans()},
        "systems": [system.slug for system in manager.list_operating_systems()],
        "facilities": [facility.code for facility in manager.list_facilities()],
        "metros": [metro.code for metro in manager.list_metros()],
        "project": manager.get_project(PROJECT).name,
        "projects": [project.name for project in manager.list_projects()],
        "prices": manager.get_spot_market_prices(),
        "pricesOfPlan": manager.get_spot_market_prices({"plan": "c3.small.x86"}),
        "levels": manager.get_capacity(),
        "fits": manager.validate_capacity([("ewr1", "c2.medium.x86", 2)]),
        "fitsNot": manager.validate_capacity([("ewr1", "c2.medium.x86", 1), ("ams1", "c2.medium.x86", 1)]),
        "fitsMetro": manager.validate_metro_capacity([("ny", "c2.medium.x86", 1)]),
    }


def lead_life(manager):
    created = manager.create_device(
        PROJECT, "py-life", **ORDER, tags=["first"], userdata="#!/bin/sh\n", customdata={"role": "worker"}
    )
    active = wait_for(manager, created.id, "active")
    active.hostname, active.tags, active.description = "py-renamed", ["second"], "changed"
    active.update()
    updated = manager.get_device(created.id)

    updated.locked = True
    updated.update()
    locked_delete = refusal(updated.delete)
    updated.locked = False
    updated.update()

    updated.reboot()
    updated.power_off()
    off = wait_for(manager, created.id, "inactive")
    off_reboot = refusal(off.reboot)
    off.power_on()
    on = wait_for(manager, created.id, "active")
    on.reinstall()
    reinstalled = wait_for(manager, created.id, "active")
    events = manager.list_device_events(created.id)
    report = {
        "href": created.href == f"/devices/{created.id}",
        "system": created.operating_system.slug,
        "active": active.state,
        "customdata": active.customdata,
        "addresses": [[ip["address_family"], ip["public"]] for ip in active.ip_addresses],
        "ips": len(active.ips()),
        "updated": [updated.hostname, updated.tags, updated.description],
        "lockedDelete": locked_delete,
        "states": [off.state, on.state, reinstalled.state],
        "offReboot": off_reboot,
        "events": [event.type for event in events],
        "event": manager.get_event(events[0].id).type,
        "projectEvents": len(manager.list_project_events(PROJECT, {"per_page": 3})),
    }
    on.delete()
    wait_for(manager, created.id, "gone")
    return report


def be_refused(manager):
    def refuse(**change):
        return refusal(lambda: manager.create_device(PROJECT, **{**ORDER, "hostname": "refused", **change}))

    return {
        "plan": refuse(plan="no.such.plan"),
        "system": refuse(operating_system="plan_9"),
        "facility": refuse(facility="ny5"),
        "noFacility": refuse(facility=""),
        "soldOut": refuse(facility="ams1"),
        "bid": refuse(spot_instance=True, spot_price_max=0.01),
        "stranger": refusal(connect("not-the-token").list_plans),
        "missing": refusal(lambda: manager.get_device(PROJECT)),
    }


def order_many(manager):
    spot = manager.create_device(PROJECT, "py-spot", **ORDER, spot_instance=True, spot_price_max=0.3)
    order = {**ORDER, "quantity": MANY, "hostname": "py-{{index}}", "tags": ["page"]}
    batch = manager.create_batch(PROJECT, [order])[0]
    devices = manager.list_all_devices(PROJECT)
    report = {
        "spot": [spot.spot_instance, spot.spot_price_max],
        "batch": [batch.state, batch.quantity, len(batch.devices)],
        "batches": len(manager.list_batches(PROJECT)),
        "all": [device.hostname for device in devices],
        "first": len(manager.list_devices(PROJECT)),
        "bySeven": len(manager.list_devices(PROJECT, {"per_page": 7, "page": 4})),
        "tagged": len(manager.list_devices(PROJECT, {"tag": "page", "per_page": 100})),
    }
    for device in devices:
        wait_for(manager, device.id, "active").delete()
        wait_for(manager, device.id, "gone")
    manager.delete_batch(batch.id)
    return {**report, "left": [len(manager.list_all_devices(PROJECT)), len(manager.list_batches(PROJECT))]}


def tour():
    manager = connect(os.environ["FACILITY_TOKEN"])
    return {
        "catalogue": read_catalogue(manager),
        "life": lead_life(manager),
        "refusals": be_refused(manager),
        "many": order_many(manager),
    }


print(json.dumps(tour()))
