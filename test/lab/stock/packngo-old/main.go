// Command packngo-old drives a facility with the first released Packet client, unmodified: it knows only the base
// address without a version. It prints what it saw as JSON.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/packethost/packngo"
)

const patience = 3 * time.Minute

type report = map[string]any

type caller struct {
	*packngo.Client
	project string
}

func main() {
	client, err := packngo.NewClientWithBaseURL("vent", os.Getenv("FACILITY_TOKEN"), nil, os.Getenv("FACILITY_URL"))
	check(err)
	c := &caller{client, os.Getenv("FACILITY_PROJECT")}
	check(json.NewEncoder(os.Stdout).Encode([]report{c.catalogue(), c.life()}))
}

func (c *caller) catalogue() report {
	plans, _, err := c.Plans.List()
	check(err)
	systems, _, err := c.OperatingSystems.List()
	check(err)
	facilities, _, err := c.Facilities.List()
	check(err)
	return report{"plan": plans[0].Slug, "system": systems[0].Slug, "facility": facilities[0].Code}
}

func (c *caller) life() report {
	request := packngo.DeviceCreateRequest{
		HostName: "old", Plan: "c2.medium.x86", Facility: "ewr1", OS: "debian_12", BillingCycle: "hourly",
		ProjectID: c.project, UserData: "#!/bin/sh\n", Tags: []string{"old"},
	}
	created, _, err := c.Devices.Create(&request)
	check(err)
	request.Plan = "no.such.plan"
	_, _, refused := c.Devices.Create(&request)
	active := c.await(created.ID, "active")
	updated, _, err := c.Devices.Update(created.ID, &packngo.DeviceUpdateRequest{HostName: "older", Tags: []string{"a"}})
	check(err)
	devices, _, err := c.Devices.List(c.project)
	check(err)

	_, err = c.Devices.Lock(created.ID)
	check(err)
	_, lockedDelete := c.Devices.Delete(created.ID)
	_, err = c.Devices.Unlock(created.ID)
	check(err)
	_, err = c.Devices.Reboot(created.ID)
	check(err)
	_, err = c.Devices.PowerOff(created.ID)
	check(err)
	off := c.await(created.ID, "inactive")
	_, err = c.Devices.PowerOn(created.ID)
	check(err)
	on := c.await(created.ID, "active")
	_, err = c.Devices.Delete(created.ID)
	check(err)
	c.awaitGone(created.ID)
	return report{
		"href": created.Href == "/devices/"+created.ID, "active": active.State, "addresses": len(active.Network),
		"facility": active.Facility.Code, "hostname": updated.Hostname, "tags": updated.Tags, "listed": len(devices),
		"off": off.State, "on": on.State, "refused": refusal(refused), "lockedDelete": refusal(lockedDelete),
	}
}

func (c *caller) await(id string, state string) *packngo.Device {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		device, _, err := c.Devices.Get(id)
		check(err)
		if device.State == state {
			return device
		}
	}
	check(fmt.Errorf("device %s is never %s", id, state))
	return nil
}

func (c *caller) awaitGone(id string) {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		_, answer, err := c.Devices.Get(id)
		if err != nil && answer != nil && answer.StatusCode == http.StatusNotFound {
			return
		}
		check(err)
	}
	check(fmt.Errorf("device %s is never gone", id))
}

// refusal is the status and the reasons that the client read from an error's answer.
func refusal(err error) report {
	var answer *packngo.ErrorResponse
	if !errors.As(err, &answer) {
		check(fmt.Errorf("not a refusal: %w", err))
	}
	return report{"status": answer.Response.StatusCode, "errors": answer.Errors}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
